package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Mistakes in what holds a guest whose fuel is paid for are found. */
@Tag("planted")
@Timeout(300)
class PaidFuelMistakesTest {

  static Stream<Mistake> mistakes() {
    return Stream.of(
        new Mistake(
            "fuel is given without asking",
            "FuelSupply",
            "given = Math.min(limit, ask(used));",
            "given = limit;"),
        new Mistake(
            "a guest begins with all of its fuel",
            "FuelSupply",
            "given = Math.min(first, limit);",
            "given = limit;"),
        new Mistake(
            "more is given than was let pass",
            "FuelSupply",
            "given = Math.min(limit, ask(used));",
            "given = Math.min(limit, ask(used) + 1_000);"),
        new Mistake(
            "the host works for a guest that cannot pay",
            "FuelSupply",
            "if (guest != null && !takes(guest, work, amount)) {\n      more(0);",
            "if (guest != null && !takes(guest, work, amount)) {\n"),
        new Mistake(
            "an end is told before it is paid for",
            "FuelSupply",
            "if (guest.fuelLeft() < 0) {\n        more(0);",
            "if (guest.fuelLeft() < 0) {\n"),
        new Mistake(
            "what only has to be there is asked for",
            "FuelSupply",
            "    if (wanted == 0) {\n      know(guest);\n"
                + "      given = Math.min(limit, ask(used));\n      guest.fuelLeft(given - used);",
            "    {\n      know(guest);\n      given = Math.min(limit, ask(used + wanted));\n"
                + "      guest.fuelLeft(given - used - wanted);"),
        new Mistake(
            "what only has to be there need not be",
            "FuelSupply",
            "if (used > limit - wanted) {",
            "if (used > limit) {"),
        new Mistake(
            "fuel is not told before other units are used",
            "FuelSupply",
            "      var unused = meter.fuel(given);\n",
            ""),
        new Mistake(
            "fuel that other units have taken stays the guest's",
            "FuelSupply",
            "      given = known;\n      guest.fuelLeft(0);\n",
            ""),
        new Mistake(
            "a function that calls does not look",
            "meter.FunctionMeter",
            "out.put(Instruction.I64_CONST, 0).op(Instruction.CALL, layout.settle);",
            ""),
        new Mistake(
            "what was not told when growing is told twice",
            "meter.MeteredModule",
            "    out.put(Instruction.I64_ADD).op(Instruction.LOCAL_GET,"
                + " 1).put(Instruction.I64_ADD);\n"
                + "    return",
            "    out.put(Instruction.DROP).op(Instruction.LOCAL_GET, 1).put(Instruction.I64_ADD);\n"
                + "    return"),
        new Mistake(
            "what only had to be there is gone",
            "meter.MeteredModule",
            "    out.put(Instruction.I64_ADD).op(Instruction.LOCAL_GET,"
                + " 1).put(Instruction.I64_ADD);\n"
                + "    return",
            "    out.put(Instruction.I64_ADD);\n    return"),
        new Mistake(
            "a settling does not ask for more",
            "meter.MeteredModule",
            "out.put(Instruction.I64_LT_S, Instruction.IF, 0x40, Instruction.I64_CONST, 0);\n"
                + "    more(layout, out);",
            "out.put(Instruction.I64_LT_S, Instruction.IF, 0x40);"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void isFound(Mistake mistake) throws Exception {
    assertThat(mistake.foundBy(PaidFuel.class, "problem")).isNotEmpty();
  }
}
