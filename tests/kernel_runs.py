"""What the kernels did iteration by iteration, and the plain pass over the same durations."""

from pmosim.engine.simulation import Run, analyse, redraw_durations
from pmosim.model.passes import forward_pass
from pmosim.model.plan import bound_of


def durations_in(compiled, iterations, seed):
    """Durations of every node in every iteration, as drawn; one dictionary for each iteration."""
    rows = redraw_durations(compiled, Run(iterations, seed), [*range(len(compiled.node_ids))])
    return [dict(zip(compiled.node_ids, map(int, column), strict=True)) for column in rows.T]


def traced(plan, durations, targets):
    """For each target the nodes on its driving path, ties and all: back over every link whose bound was met exactly."""
    starts, finishes = forward_pass(plan, durations)
    paths = {}
    for target in targets:
        seen, todo = set(), [target]
        while todo:
            node = todo.pop()
            if node in seen:
                continue
            seen.add(node)
            for edge in plan.edges_into[node]:
                if edge.from_start and plan.nodes[edge.predecessor].link_start is not None:
                    continue  # an actual start is a date, and drives no more
                if plan.is_tail(node) and not edge.to_finish:
                    continue  # where a summary task or hammock begins is no matter of when it ends
                end = (starts if edge.from_start else finishes)[edge.predecessor]
                held = (finishes if edge.to_finish else starts)[node]
                if bound_of(plan.clocks, edge, end) == held:
                    todo.append(edge.predecessor)
        paths[target] = seen
    return paths


def driven(compiled, iterations, seed):
    """Iterations in which each task drives each target, by the kernels."""
    analysis = analyse(compiled, Run(iterations, seed))
    reference = analysis.reference
    found = {id: dict.fromkeys(compiled.portfolio.tasks, 0) for id in compiled.target_ids}
    for node, id in enumerate(compiled.node_ids):
        for pair in range(reference.pair[node], reference.pair[node + 1]):
            if id in compiled.portfolio.tasks:
                found[compiled.target_ids[reference.pair_target[pair]]][id] = int(analysis.tally.drives[pair])
    return found
