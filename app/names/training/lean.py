"""The quantised network made lean, to the same bits: a layer's input is quantised once, then gathered, and never cut apart again."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper


def lean(model: Any) -> Any:
    """Return `model`, as `export.network` writes and `quantize_dynamic` quantises it, with less to copy between its products.

    A layer reads each word beside its neighbours: three copies of the input, as floats, quantised together. Their range is that of the input
    itself, for zero is always in it; so one copy is quantised, and bytes are gathered. And what is gated comes as two products, not as the
    halves of one.
    """
    graph = _Lean(model.graph)
    whole = helper.make_graph(list(graph.nodes()), model.graph.name, model.graph.input, model.graph.output, graph.weights())
    return helper.make_model(whole, opset_imports=model.opset_import, ir_version=model.ir_version)


class _Lean:
    """A quantised graph, read node by node."""

    def __init__(self, graph: Any) -> None:
        self._graph = graph
        self._makes = {name: node for node in graph.node for name in node.output}
        self._known = {weight.name: weight for weight in graph.initializer}
        self._replaced: dict[str, list[Any]] = {}  # first output of a node → what stands in its place
        for node in graph.node:
            if node.op_type == "DynamicQuantizeLinear" and self._made(node.input[0]) == "Concat":
                self._gathered(node)
            elif node.op_type == "Split":
                self._parted(node)
        self._nodes = [new for node in graph.node for new in self._replaced.get(node.output[0], [node])]

    def nodes(self) -> Iterator[Any]:
        """Yield the nodes, in order."""
        yield from self._nodes

    def weights(self) -> list[Any]:
        """Return the weights that the nodes still use."""
        used = {name for node in self._nodes for name in node.input}
        return [weight for name, weight in self._known.items() if name in used]

    def _made(self, name: str) -> str | None:
        node = self._makes.get(name)
        return node.op_type if node is not None else None

    def _gathered(self, quantise: Any) -> None:
        """Quantise, then gather: `Pad`, two `Slice`s and `Concat` work on bytes."""
        joined = self._makes[quantise.input[0]]
        before, words, behind = joined.input
        cuts = [self._makes[before], self._makes[behind]]
        pad = self._makes[cuts[0].input[0]]
        gathered, scale, zero = quantise.output
        once, padded, *parts = (f"{name}_bytes" for name in (words, pad.output[0], before, behind))
        for node in (joined, *cuts, pad):
            self._replaced[node.output[0]] = []
        self._replaced[gathered] = [
            helper.make_node("DynamicQuantizeLinear", [words], [once, scale, zero]),
            helper.make_node("Pad", [once, pad.input[1], zero], [padded]),
            *(helper.make_node("Slice", [padded, *cut.input[1:]], [part]) for cut, part in zip(cuts, parts, strict=True)),
            helper.make_node("Concat", [parts[0], once, parts[1]], [gathered], axis=1),
        ]

    def _parted(self, split: Any) -> None:
        """Multiply by each half of the weights instead of splitting the product."""
        add = self._makes[split.input[0]]
        scaled = self._makes[add.input[0]]
        cast, scales = (self._makes[name] for name in scaled.input)
        product = self._makes[cast.input[0]]
        values, weight, zero, weight_zero = product.input
        for node in (add, scaled, cast, scales, product):
            self._replaced[node.output[0]] = []
        new = []
        for number, output in enumerate(split.output):
            half, half_zero, scale, bias = (self._half(name, number) for name in (weight, weight_zero, scales.input[1], add.input[1]))
            exact, real, by, plain = (f"{output}_{step}" for step in ("integers", "floats", "scale", "scaled"))
            new += [
                helper.make_node("Mul", [scales.input[0], scale], [by]),
                helper.make_node("MatMulInteger", [values, half, zero, half_zero], [exact]),
                helper.make_node("Cast", [exact], [real], to=TensorProto.FLOAT),
                helper.make_node("Mul", [real, by], [plain]),
                helper.make_node("Add", [plain, bias], [output]),
            ]
        self._replaced[split.output[0]] = new

    def _half(self, name: str, number: int) -> str:
        """Return the name of one half of a weight, by its last axis."""
        half = f"{name}_{number}"
        value = np.split(numpy_helper.to_array(self._known[name]), 2, axis=-1)[number]
        self._known[half] = numpy_helper.from_array(np.ascontiguousarray(value), half)
        return half
