package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both engines do the same with metered modules; an engine that does not is found. */
@Tag("planted")
class GraalMistakesTest {
  private static final int ENOUGH = 120;

  @Test
  void twinsAreEqual() {
    assertThat(EngineTwins.differences(0, ENOUGH)).isEmpty();
  }

  static Stream<Mistake> mistakes() {
    return Stream.of(
        new Mistake(
            "the memory grows above its limit",
            "GraalInstance",
            "putMember(VALUE, (int) most)",
            "putMember(VALUE, (int) most + 1)"),
        new Mistake(
            "the memory stops below its limit",
            "meter.HostedModule",
            "wide(out.op(Instruction.GLOBAL_GET, pages)).put(I64_GT_U);",
            "wide(out.op(Instruction.GLOBAL_GET, pages)).put(Instruction.I64_GE_S);"),
        new Mistake(
            "tables grow above what is given",
            "meter.HostedModule",
            "out.op(Instruction.LOCAL_GET, 3).op(Instruction.GLOBAL_SET, lack);\n"
                + "    out.put(Instruction.UNREACHABLE, ",
            "out.op(Instruction.LOCAL_GET, 3).op(Instruction.GLOBAL_SET, lack);\n"
                + "    out.put(Instruction.NOP, "),
        new Mistake(
            "tables grow above their own maximum",
            "meter.HostedModule",
            "signed(tables.get(table).max)",
            "signed(tables.get(table).max + 1)"),
        new Mistake(
            "calling the host now and then is charged",
            "meter.HostedModule",
            "call(out.op(Instruction.GLOBAL_SET, next));",
            "call(out.op(Instruction.GLOBAL_SET, next));\n"
                + "    out.op(Instruction.GLOBAL_GET, next).op(Instruction.GLOBAL_SET, fuel);"),
        new Mistake(
            "fuel is not looked at in the end",
            "GraalInstance",
            "      try {\n        noteFuel();\n        noteMemory();",
            "      try {\n        noteMemory();"),
        new Mistake(
            "the depth of calls is not looked at",
            "GraalInstance",
            "getMember(VALUE).asInt() < 0",
            "getMember(VALUE).asInt() < -1"),
        new Mistake(
            "the bits of a number come out as its value",
            "GraalInstance",
            "case F32 -> Float.floatToRawIntBits(value.asFloat());",
            "case F32 -> (int) value.asFloat();"),
        new Mistake(
            "several results come in the wrong order",
            "GraalInstance",
            "value.getArrayElement(i)",
            "value.getArrayElement(results.length - 1 - i)"),
        new Mistake(
            "a trap has another name",
            "GraalInstance",
            "message.endsWith(\"is uninitialized.\")",
            "message.isEmpty()"),
        new Mistake(
            "what the host lacks is taken for a trap",
            "GraalInstance",
            "return lack == 0 ? trap",
            "return lack != 1 ? trap"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void isFound(Mistake mistake) throws Exception {
    assertThat(mistake.foundBy(EngineTwins.class, "differences", 0L, ENOUGH)).isNotEmpty();
  }
}
