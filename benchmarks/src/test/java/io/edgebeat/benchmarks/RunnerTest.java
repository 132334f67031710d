package io.edgebeat.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RunnerTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final Map<String, String> options = new HashMap<>();

  @Test
  void listsTheNamesWhenNoneIsGiven() {
    assertThat(run("bench", "")).isEqualTo(Runner.DONE);

    assertThat(lines()).contains("  journal-append  tries it", "  ticks           tries it");
  }

  @Test
  void endsWithTheLineThatMachinesRead() {
    options.put("edgebeat.seed", "0x10");

    assertThat(run("prove", "ticks")).isEqualTo(Runner.DONE);

    assertThat(lines()).last().isEqualTo("EDGEBEAT PROVE ticks runs=1 violations=0 seed=16");
  }

  @Test
  void failsWhenAPromiseWasBroken() {
    assertThat(run("prove", "journal-append")).isEqualTo(Runner.FAILED);

    assertThat(lines())
        .contains("VIOLATION seed=7 lost a fact")
        .last()
        .isEqualTo("EDGEBEAT PROVE journal-append runs=0 violations=1");
  }

  @Test
  void namesTheNearestWhenTheNameIsUnknown() {
    assertThat(run("bench", "tick")).isEqualTo(Runner.USAGE);

    assertThat(lines())
        .containsExactly("There is no proof named 'tick'; nearest: ticks, journal-append.");
  }

  @Test
  void refusesASeedThatIsNoNumber() {
    options.put("edgebeat.seed", "soon");

    assertThat(run("prove", "ticks")).isEqualTo(Runner.USAGE);

    assertThat(lines())
        .containsExactly("ticks: tries it", "The option seed takes a whole number, not 'soon'.");
  }

  private int run(String verb, String name) {
    options.put("edgebeat." + verb, name);
    List<Program> programs =
        List.of(
            program(
                "ticks",
                context -> {
                  context.ran();
                  context.seed().ifPresent(seed -> context.result("seed", seed));
                }),
            program("journal-append", context -> context.violation(7, "lost a fact")));
    return new Runner("proof", verb, programs, new PrintStream(printed, true, UTF_8), options::get)
        .run();
  }

  private List<String> lines() {
    return printed.toString(UTF_8).lines().toList();
  }

  private static Program program(String name, Consumer<ProgramContext> body) {
    return new Program() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public String summary() {
        return "tries it";
      }

      @Override
      public void run(ProgramContext context) {
        body.accept(context);
      }
    };
  }
}
