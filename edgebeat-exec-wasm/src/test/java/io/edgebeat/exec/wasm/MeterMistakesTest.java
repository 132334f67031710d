package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.exec.wasm.meter.Twins;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A metered module computes what the plain one does, and counts what an interpreter counts that
 * looks at every instruction; and mistakes in the meter are found that way.
 */
@Tag("planted")
class MeterMistakesTest {
  private static final int ENOUGH = 80;

  @Test
  void twinsAreEqual() {
    assertThat(Twins.differences(0, ENOUGH)).isEmpty();
  }

  static Stream<Mistake> mistakes() {
    return Stream.of(
        new Mistake(
            "a block is forgotten",
            "meter.Prices",
            "sums[block] = sum;",
            "sums[block] = block == 4 ? 0 : sum;"),
        new Mistake(
            "a way that others lead to as well is not charged",
            "meter.FunctionMeter",
            "skipCharge[i] = graph.kinds(block)[1] == BlockGraph.Edge.SKIP ? chargeOnEdge(1) : 0;",
            "skipCharge[i] = 0;"),
        new Mistake(
            "a branch that may be taken is not charged",
            "meter.FunctionMeter",
            "long charge = chargeOnEdge(1);",
            "long charge = 0;"),
        new Mistake(
            "heads of loops are free",
            "meter.FunctionMeter",
            "return counted[b] == null ? graph.least(b) : 0;",
            "return 0;"),
        new Mistake(
            "callers do not pay in advance",
            "meter.Prices",
            "sum += inAdvance[callee];",
            "sum += 0;"),
        new Mistake(
            "who comes through a table or from outside does not pay in advance",
            "meter.MeteredModule",
            "if (charge != 0) {",
            "if (charge < 0) {"),
        new Mistake(
            "a turn of a loop that is left in its middle is not counted",
            "meter.CountedLoop",
            "to += step;",
            "to += 0;"),
        new Mistake(
            "a piece of a loop has a turn more than it paid",
            "meter.FunctionMeter",
            "int span = loop.turns() * loop.step();",
            "int span = (loop.turns() + 1) * loop.step();"),
        new Mistake(
            "sizes are free",
            "meter.FunctionMeter",
            "      pay(op, size);\n      copy(i);",
            "      copy(i);"),
        new Mistake(
            "growth that did not happen is paid",
            "meter.FunctionMeter",
            "out.put(Instruction.I32_CONST).signed(-1).put(Instruction.I32_NE, Instruction.IF,"
                + " EMPTY);",
            "out.put(Instruction.I32_CONST).signed(-2).put(Instruction.I32_NE, Instruction.IF,"
                + " EMPTY);"),
        new Mistake(
            "what is left is not settled at the end",
            "meter.FunctionMeter",
            "    if (live) {\n      settleAtEnd();\n    }\n",
            ""),
        new Mistake(
            "a NaN is stored as it came out of arithmetic",
            "meter.ValueFlow",
            "boolean watches = op.costClass().equals(\"store\") || ",
            "boolean watches = "),
        new Mistake(
            "a NaN is returned as it came out of arithmetic",
            "meter.ValueFlow",
            "popSeen(code.type.results().length());",
            "popSeen(0);"),
        new Mistake(
            "a local with bits of the program's own is taken for arithmetic's",
            "meter.ValueFlow",
            "        mixed.set(local);\n        changed = true;",
            ""));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void isFound(Mistake mistake) throws Exception {
    assertThat(mistake.foundBy(Twins.class, "differences", 0L, 4 * ENOUGH)).isNotEmpty();
  }
}
