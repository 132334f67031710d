package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.exec.wasm.meter.Twins;
import java.lang.reflect.InvocationTargetException;
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
  private static final String ROOM = "io.edgebeat.exec.wasm.meter.";
  private static final int ENOUGH = 80;

  @Test
  void twinsAreEqual() {
    assertThat(Twins.differences(0, ENOUGH)).isEmpty();
  }

  record Mistake(String name, String type, String right, String wrong) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Mistake> mistakes() {
    return Stream.of(
        new Mistake(
            "a block is forgotten",
            "Prices",
            "sums[block] = sum;",
            "sums[block] = block == 4 ? 0 : sum;"),
        new Mistake(
            "a way that others lead to as well is not charged",
            "FunctionMeter",
            "skipCharge[i] = graph.kinds(block)[1] == BlockGraph.Edge.SKIP ? chargeOnEdge(1) : 0;",
            "skipCharge[i] = 0;"),
        new Mistake(
            "a branch that may be taken is not charged",
            "FunctionMeter",
            "long charge = chargeOnEdge(1);",
            "long charge = 0;"),
        new Mistake(
            "heads of loops are free",
            "FunctionMeter",
            "return counted[b] == null ? graph.least(b) : 0;",
            "return 0;"),
        new Mistake(
            "callers do not pay in advance", "Prices", "sum += inAdvance[callee];", "sum += 0;"),
        new Mistake(
            "who comes through a table or from outside does not pay in advance",
            "MeteredModule",
            "if (charge != 0) {",
            "if (charge < 0) {"),
        new Mistake(
            "a turn of a loop that is left in its middle is not counted",
            "CountedLoop",
            "to += step;",
            "to += 0;"),
        new Mistake(
            "a piece of a loop has a turn more than it paid",
            "FunctionMeter",
            "int span = loop.turns() * loop.step();",
            "int span = (loop.turns() + 1) * loop.step();"),
        new Mistake(
            "sizes are free",
            "FunctionMeter",
            "      pay(op, size);\n      copy(i);",
            "      copy(i);"),
        new Mistake(
            "growth that did not happen is paid",
            "FunctionMeter",
            "out.put(Instruction.I32_CONST).signed(-1).put(Instruction.I32_NE, Instruction.IF,"
                + " EMPTY);",
            "out.put(Instruction.I32_CONST).signed(-2).put(Instruction.I32_NE, Instruction.IF,"
                + " EMPTY);"),
        new Mistake(
            "what is left is not settled at the end",
            "FunctionMeter",
            "    if (live) {\n      settleAtEnd();\n    }\n    out.put(Instruction.END);",
            "    out.put(Instruction.END);"),
        new Mistake(
            "a NaN is stored as it came out of arithmetic",
            "ValueFlow",
            "boolean watches = op.costClass().equals(\"store\") || ",
            "boolean watches = "),
        new Mistake(
            "a NaN is returned as it came out of arithmetic",
            "ValueFlow",
            "popSeen(code.type.results().length());",
            "popSeen(0);"),
        new Mistake(
            "a local with bits of the program's own is taken for arithmetic's",
            "ValueFlow",
            "        mixed.set(local);\n        changed = true;",
            ""));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void isFound(Mistake mistake) throws Exception {
    ClassLoader loader =
        PlantedMistake.plant(ROOM + mistake.type(), mistake.right(), mistake.wrong());
    String found;
    try {
      found =
          (String)
              loader
                  .loadClass(Twins.class.getName())
                  .getMethod("differences", long.class, int.class)
                  .invoke(null, 0L, 4 * ENOUGH);
    } catch (InvocationTargetException e) {
      found = String.valueOf(e.getCause()); // a module that no engine takes is found as well
    }
    assertThat(found).isNotEmpty();
  }
}
