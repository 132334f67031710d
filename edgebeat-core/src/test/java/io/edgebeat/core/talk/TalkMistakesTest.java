package io.edgebeat.core.talk;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.testkit.fault.PlantedMistake;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A mistake in a talk is found by the trial that shows that it keeps its promises. */
@Tag("planted")
class TalkMistakesTest {
  private static final String ROOM = "io.edgebeat.core.talk";
  private static final int SEEDS = 20;

  record Mistake(String name, String type, String right, String wrong) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Mistake> mistakes() {
    return Stream.of(
        new Mistake(
            "the window is ignored by who sends",
            "Outgoing",
            "if (piece.end <= allowed) {",
            "if (true) {"),
        new Mistake(
            "the window is never opened again",
            "Outgoing",
            "allowed = Math.max(allowed, may);",
            "allowed = allowed == 0 ? may : allowed;"),
        new Mistake(
            "a place ahead is not checked", "Incoming", "m.after() > expected || ", "false || "),
        new Mistake(
            "what is here already is taken again",
            "Incoming",
            "end < expected || (units > 0 && end == expected)",
            "false"),
        new Mistake(
            "what was lost is not said again", "Outgoing", "      next = heard;\n", "      \n"),
        new Mistake(
            "what was heard is kept and said for ever",
            "Outgoing",
            "while (first != null && first.end <= position) {",
            "while (first != null && first.end < position) {"),
        new Mistake(
            "what is left out is not told",
            "Outgoing",
            "after(pieces.remove().after);",
            "after(pieces.remove().end);"),
        new Mistake(
            "what is left out is not counted",
            "Incoming",
            "missed += Math.max(0, m.position() - expected);",
            "missed += 0;"),
        new Mistake(
            "messages are left out like bytes",
            "Outgoing",
            "if (isFull()) {\n      return false;\n    }",
            "if (isFull()) {\n      leaveOut();\n    }"),
        new Mistake("the end is forgotten", "Outgoing", "NOTHING, finished)", "NOTHING, false)"),
        new Mistake(
            "more is taken than there is room for",
            "Incoming",
            "used + units - here > capacity || ",
            ""),
        new Mistake(
            "what was not said passes for heard",
            "Outgoing",
            "position > end + (finished ? 1 : 0) || ",
            ""),
        new Mistake(
            "who has no room asks on and on", "BuyerTalk", "        && in(stream).hasRoom();", ";"),
        new Mistake(
            "who asks late is not answered",
            "SellerTalk",
            "if (over && !timed) {",
            "if (false) {"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeIsFound(Mistake mistake) throws Exception {
    ClassLoader loader =
        PlantedMistake.plant(ROOM, ROOM + "." + mistake.type, mistake.right, mistake.wrong);
    Method trial = loader.loadClass(Trial.class.getName()).getDeclaredMethod("of", long.class);
    trial.setAccessible(true);
    String found = "";
    for (long seed = 1; seed <= SEEDS && found.isEmpty(); seed++) {
      try {
        trial.invoke(null, seed);
      } catch (InvocationTargetException e) {
        found = String.valueOf(e.getCause());
      }
    }
    assertThat(found).isNotEmpty();
  }
}
