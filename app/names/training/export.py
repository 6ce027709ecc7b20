"""From the trained student to the weights that ship: tables as bytes with a scale a row, the network as ONNX with 8-bit weights."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from app.names.training.lean import lean
from app.names.training.student import ATTENDS, DILATIONS, LOOKS, Student

OPERATORS, FORMAT = 18, 9  # of ONNX


def export(model: Student, pieces: Mapping[str, int], card: Mapping[str, Any], folder: Path) -> None:
    """Write `tables.npz`, `pieces.txt`, `names.onnx` and `card.json` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    tables: dict[str, np.ndarray] = {}
    for name, table in vectors(model).items():
        tables[name], tables[f"{name}_scale"] = _bytes(table)
    tables["mix"] = model.of_groups.weight.detach().numpy().T.astype(np.float16)
    tables["gaps"] = model.gaps.weight.detach().numpy().astype(np.float16)
    tables["marks"] = np.stack([table.weight.detach().numpy()[:-1] for table in (model.before, model.behind)]).astype(np.float16)
    np.savez(folder / "tables.npz", allow_pickle=False, **tables)
    ordered = sorted(pieces, key=pieces.__getitem__)
    (folder / "pieces.txt").write_text("\n".join(ordered), encoding="utf-8")
    (folder / "card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    with tempfile.TemporaryDirectory() as place:
        whole = Path(place) / "whole.onnx"
        onnx.save(network(model), whole)
        small = Path(place) / "small.onnx"
        quantize_dynamic(whole, small, weight_type=QuantType.QInt8, per_channel=True, extra_options={"MatMulConstBOnly": True})
        onnx.save(lean(onnx.load(small)), folder / "names.onnx")


def vectors(model: Student) -> dict[str, np.ndarray]:
    """Return the tables whose rows are summed to a word's vector: pieces as wide as the network, since a mean may be mixed before or after."""
    pieces = model.of_pieces(model.pieces.weight[:-1])
    tables = {"pieces": pieces, "groups": model.groups.weight[:-1], "shapes": model.shapes.weight}
    return {name: table.detach().numpy() for name, table in tables.items()}


def _bytes(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    scale = np.maximum(np.abs(table).max(axis=1), 1e-8) / 127
    return np.round(table / scale[:, None]).astype(np.int8), scale.astype(np.float16)


class _Graph:
    """Nodes and weights as they are added; every method returns the name of its result."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.weights: list[Any] = []

    def weight(self, value: np.ndarray) -> str:
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, operator: str, *inputs: str, outputs: int = 1, **attributes: Any) -> str:
        names = [f"n{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(operator, list(inputs), names, **attributes))
        return names[0] if outputs == 1 else ",".join(names)

    def linear(self, layer: Any, inputs: str) -> str:
        product = self.add("MatMul", inputs, self.weight(layer.weight.detach().numpy().T))
        return product if layer.bias is None else self.add("Add", product, self.weight(layer.bias.detach().numpy()))

    def norm(self, layer: Any, inputs: str) -> str:
        values = [self.weight(part.detach().numpy()) for part in (layer.weight, layer.bias)]
        return self.add("LayerNormalization", inputs, *values, axis=-1, epsilon=float(layer.eps))

    def numbers(self, *values: int) -> str:
        return self.weight(np.array(values, dtype=np.int64))


def network(model: Student) -> Any:
    """Return the ONNX model: `words` (words × width) → `tags` (words × tags of each and of the marks before it)."""
    graph = _Graph()
    hidden, width = "words", model.leave.in_features
    for i, (dilation, mix, norm) in enumerate(zip(DILATIONS, model.mixes, model.norms, strict=True), 1):
        padded = graph.add("Pad", hidden, graph.numbers(dilation, 0, dilation, 0))
        before = _slice(graph, padded, 0, -2 * dilation)
        behind = _slice(graph, padded, 2 * dilation, 1 << 40)
        value, gate = graph.add(
            "Split", graph.linear(mix, graph.add("Concat", before, hidden, behind, axis=1)), outputs=2, axis=1, num_outputs=2
        ).split(",")
        hidden = graph.norm(norm, graph.add("Add", hidden, graph.add("Mul", value, graph.add("Sigmoid", gate))))
        if i == ATTENDS:
            hidden = graph.norm(model.after, graph.add("Add", hidden, _attention(graph, model, hidden)))
    result = graph.linear(model.leave, hidden)
    graph.nodes.append(helper.make_node("Identity", [result], ["tags"]))
    whole = helper.make_graph(
        graph.nodes,
        "names",
        [helper.make_tensor_value_info("words", TensorProto.FLOAT, ["words", width])],
        [helper.make_tensor_value_info("tags", TensorProto.FLOAT, ["words", model.leave.out_features])],
        graph.weights,
    )
    return helper.make_model(whole, opset_imports=[helper.make_opsetid("", OPERATORS)], ir_version=FORMAT)


def _slice(graph: _Graph, inputs: str, start: int, end: int) -> str:
    return graph.add("Slice", inputs, graph.numbers(start), graph.numbers(end), graph.numbers(0))


def _attention(graph: _Graph, model: Student, hidden: str) -> str:
    query, key, value = (graph.linear(layer, hidden) for layer in (model.query, model.key, model.value))
    scores = graph.add("MatMul", query, graph.add("Transpose", key, perm=[1, 0]))
    shares = graph.add("Softmax", graph.add("Mul", scores, graph.weight(np.array(LOOKS**-0.5, dtype=np.float32))), axis=-1)
    return graph.linear(model.gather, graph.add("MatMul", shares, value))
