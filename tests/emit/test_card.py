from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from factory.card import card
from factory.emit import Writer
from factory.record_schema import evidence_schema, schema


@pytest.fixture
def out(tmp_path: Path, make_example: Any, run: Any) -> Path:
    with Writer(tmp_path / "run") as writer:
        for number in range(5):
            writer.write(make_example(number, f"retail@{number}", raises=number > 0, faults=1 + number % 2), "train")
        writer.write(replace(make_example(9, "hr"), rejected=None), "validation")
        return writer.finish(run)


def text(out: Path) -> str:
    return (out / "README.md").read_text(encoding="utf-8")


def front(out: Path) -> dict[str, Any]:
    loaded = yaml.safe_load(text(out).split("---\n")[1])
    assert isinstance(loaded, dict)
    return loaded


def test_configs_name_the_splits_that_have_records(out):
    head = front(out)
    assert head["configs"] == [
        {
            "config_name": "error_correction_sft",
            "data_files": [
                {"split": "train", "path": "error_correction/sft/train.jsonl"},
                {"split": "validation", "path": "error_correction/sft/validation.jsonl"},
            ],
            "default": True,
        },
        {
            "config_name": "error_correction_dpo",
            "data_files": [{"split": "train", "path": "error_correction/dpo/train.jsonl"}],
        },
    ]
    assert head["size_categories"] == ["n<1K"]


@pytest.mark.parametrize("form", ["sft", "dpo"])
def test_datasets_opens_a_config_with_the_declared_features(out, tmp_path, form):
    import datasets

    loaded = datasets.load_dataset(str(out), f"error_correction_{form}", cache_dir=str(tmp_path / "cache"))
    (declared,) = (i["features"] for i in front(out)["dataset_info"] if i["config_name"] == f"error_correction_{form}")
    expected = datasets.Features._from_yaml_list(declared)
    written = json.loads((out / "manifest.json").read_bytes())["written"]["error_correction"][form]
    assert {split: data.num_rows for split, data in loaded.items()} == {s: n for s, n in written.items() if n}
    for split, data in loaded.items():
        assert data.features == expected
        records = (out / f"error_correction/{form}/{split}.jsonl").read_bytes().splitlines()
        assert [dict(row) for row in data] == [json.loads(line) for line in records]


@pytest.mark.parametrize("form", ["sft", "dpo"])
def test_datasets_infers_the_same_features_without_the_card(out, tmp_path, form):
    import datasets

    path = str(out / f"error_correction/{form}/train.jsonl")
    inferred = datasets.load_dataset("json", data_files=path, split="train", cache_dir=str(tmp_path / "cache"))
    (declared,) = (i["features"] for i in front(out)["dataset_info"] if i["config_name"] == f"error_correction_{form}")
    assert inferred.features == datasets.Features._from_yaml_list(declared)


def test_the_default_config_is_sft(out, tmp_path):
    import datasets

    loaded = datasets.load_dataset(str(out), split="train", cache_dir=str(tmp_path / "cache"))
    assert "messages" in loaded.column_names


def test_a_run_without_pairs_declares_one_config(tmp_path, make_example, run):
    with Writer(tmp_path / "run") as writer:
        writer.write(replace(make_example(), rejected=None), "test")
        out = writer.finish(run)
    assert [c["config_name"] for c in front(out)["configs"]] == ["error_correction_sft"]
    assert "Preference pairs" not in text(out)
    assert text(out).count("### 1. retail\n") == 1


def test_counts_agree_with_the_records(out):
    body = text(out)
    for line in (
        "| `proposed` | 9 | 100.0 % |",
        "| `mutant_runs` | 2 | 22.2 % |",
        "| train | 5 | 5 |",
        "| validation | 1 | 0 |",
        "| train | `retail` | 5 | 5 |",
        "| `column_typo` | 6 | 100.0 % |",
        "| `keyword_typo` | 2 | 33.3 % |",
        "| `Binder Error` | 4 | 66.7 % |",
        "| `Parser Error` | 2 | 33.3 % |",
        "| `raises` | 4 | 80.0 % |",
        "| `differs` | 1 | 20.0 % |",
    ):
        assert line in body


def test_three_whole_examples(out, make_example):
    body = text(out)
    assert re.findall(r"^### \d\. (.+)$", body, re.M) == ["retail@0", "retail@1", "retail@2"]
    for number in range(3):
        example = make_example(number, raises=number > 0, faults=1 + number % 2)
        for message in example.messages:
            for part in message["content"].split("\n\nQuestion: "):
                assert part in body
        assert example.rejected[0]["content"] in body


def test_a_fence_in_the_text_does_not_end_the_example(tmp_path, make_example, run):
    example = make_example()
    answer = {"role": "assistant", "content": "Five:\n`````\ncode\n`````\nend"}
    with Writer(tmp_path / "run") as writer:
        writer.write(replace(example, messages=(example.messages[0], answer)), "train")
        body = text(writer.finish(run))
    assert f"``````text\n{answer['content']}\n``````\n" in body


def test_every_column_is_explained(out):
    table = re.findall(r"^\| `([\w.]+)` \| ([A-Z, ]+) \| (.*) \|$", text(out), re.M)
    names = {name for name, _, _ in table}
    evidence = evidence_schema("error_correction")
    assert evidence is not None
    keys = evidence["$defs"]["common"]["required"] + evidence["$defs"]["dpo"]["required"]
    assert names == {*schema("sft")["required"], *schema("dpo")["required"], *(f"evidence.{k}" for k in keys)}
    assert all(meaning for _, _, meaning in table)


def test_llamafactory_finds_the_sft_files(out):
    entries = json.loads((out / "dataset_info.json").read_bytes())
    assert list(entries) == ["error_correction_sft", "error_correction_sft_validation"]
    for entry in entries.values():
        assert entry["formatting"] == "sharegpt"
        for line in (out / entry["file_name"]).read_bytes().splitlines():
            roles = [m[entry["tags"]["role_tag"]] for m in json.loads(line)[entry["columns"]["messages"]]]
            assert roles == ["user", "assistant"] * (len(roles) // 2)


def test_the_conversion_for_llamafactory_runs_as_printed(out, tmp_path, monkeypatch):
    import datasets

    (snippet,) = re.findall(r"```python\n((?:(?!```).)*pairs\.jsonl.*?)```", text(out), re.S)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    exec(snippet.replace('"RUN"', repr(str(out))), {})
    rows = [json.loads(line) for line in (tmp_path / "pairs.jsonl").read_bytes().splitlines()]
    source = [json.loads(line) for line in (out / "error_correction/dpo/train.jsonl").read_bytes().splitlines()]
    assert rows == [{"prompt": r["prompt"], "chosen": r["chosen"][0], "rejected": r["rejected"][0]} for r in source]


def test_snippets_are_filled_in(out):
    body = text(out)
    assert not re.search(r"<(recipe|split|length|longest)>", body)
    for block in re.findall(r"```yaml\n(.*?)```", body, re.S):
        yaml.safe_load(block)


@pytest.mark.slow
def test_a_real_build_loads_as_declared(tmp_path):
    import datasets

    from factory.pipeline import Settings, build

    settings = Settings(recipe="error_correction", rows=12, out=tmp_path / "run", seed=5, databases=("retail", "hr"))
    out = build(settings).out
    for form in ("sft", "dpo"):
        loaded = datasets.load_dataset(str(out), f"error_correction_{form}", cache_dir=str(tmp_path / "cache"))
        assert sum(data.num_rows for data in loaded.values()) == 12
    assert {path.name for path in tmp_path.iterdir()} == {"run", "cache"}


def test_a_card_without_examples(run):
    assert "configs: []" in card(run, {}, {})
