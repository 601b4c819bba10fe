"""A run on two nodes, one of which is lost in the middle. A script, since Ray brings warnings of its own."""

from __future__ import annotations

import sys
from pathlib import Path

from ray.cluster_utils import Cluster

from factory.merge import Funnel
from factory.pipeline import Settings, build


def main(out: str, rows: int, recipe: str, options: dict[str, str]) -> None:
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
    second = [cluster.add_node(num_cpus=1)]
    cluster.wait_for_nodes()

    def lose(funnel: Funnel) -> None:
        if second and funnel.accepted >= rows // 4:
            cluster.remove_node(second.pop(), allow_graceful=False)

    done = build(
        Settings(
            recipe=recipe,
            rows=rows,
            out=Path(out),
            databases=("hr@1", "retail@3", "telecom@2"),
            options=options,
            instances=2,
            per_database=8,
            seed=5,
            near=1.0 if options else 0.85,
            executor="ray",
            ray_address=cluster.address,
        ),
        lose,
    )
    assert not second, "no node was lost"
    print(done.funnel.accepted)
    cluster.shutdown()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], dict(pair.split("=") for pair in sys.argv[4:]))
