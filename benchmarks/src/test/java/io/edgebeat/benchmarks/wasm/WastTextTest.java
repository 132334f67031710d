package io.edgebeat.benchmarks.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.benchmarks.wasm.WastText.Command;
import java.util.List;
import org.junit.jupiter.api.Test;

class WastTextTest {
  private static final String TEXT =
      """
      ;; a comment (with a bracket
      (module $m (func (export "f") (result i32) (i32.const 1)) (; (; nested ;) ;))
      (register "other" $m)
      (assert_return (invoke $m "f") (i32.const 1)) (assert_return (invoke "a \\" b )") (f32.const 0))
      (assert_invalid
        (module (func (import "x" "y")))
        "type mismatch")
      (invoke "f")
      """;

  private final WastText text = new WastText(TEXT);

  @Test
  void knowsTheModuleThatACommandIsAbout() {
    assertThat(text.commands())
        .extracting(Command::word)
        .containsExactly(
            "module", "register", "assert_return", "assert_return", "assert_invalid", "invoke");
    assertThat(text.commands())
        .extracting(Command::module)
        .containsExactly("$m", "$m", "$m", Command.LAST, Command.OWN, Command.LAST);
    assertThat(text.registration(text.commands().get(1))).isEqualTo("other");
    assertThat(text.imports(text.commands().get(4))).containsExactly("x");
  }

  @Test
  void leavesOutCommandsWithoutMovingOthers() {
    List<Command> kept = List.of(text.commands().get(0), text.commands().get(5));
    String rest = text.only(kept);
    assertThat(rest).hasSameSizeAs(TEXT).contains("(module $m").doesNotContain("assert_");
    assertThat(rest.lines().toList().get(7)).isEqualTo("(invoke \"f\")");
  }

  @Test
  void findsACommandByALineInIt() {
    assertThat(text.at(6)).isEqualTo(text.commands().get(4));
    assertThat(text.at(1)).isNull();
  }
}
