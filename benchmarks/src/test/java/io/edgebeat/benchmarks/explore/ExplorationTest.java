package io.edgebeat.benchmarks.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The small explorations; {@code -Pprove -Dprove=exploration} goes further. */
class ExplorationTest {

  @TestFactory
  Stream<DynamicTest> noReachableStateBreaksAPromise() {
    return Scenes.small().stream()
        .map(
            scene ->
                dynamicTest(
                    scene.name(),
                    () -> {
                      Explorer.Result result = Explorer.run(scene);
                      assertThat(result.violation()).isEmpty();
                      // An exploration that is stuck at its start would promise nothing.
                      assertThat(result.states()).isGreaterThan(50);
                    }));
  }

  @Test
  void theShortestWayToAViolationIsTold() {
    Explorer.Result result = Explorer.run(new Counting(3));

    assertThat(result.violation())
        .hasValueSatisfying(
            v -> {
              assertThat(v.what()).isEqualTo("it is 3");
              assertThat(v.trace()).containsExactly("counting", "plus two", "plus one");
            });
  }

  @Test
  void everyStateIsVisitedOnce() {
    Explorer.Result result = Explorer.run(new Counting(99));

    assertThat(result.violation()).isEmpty();
    assertThat(result.states()).isEqualTo(11);
    assertThat(result.moves()).isEqualTo(20);
  }

  /** Counts to ten, and must not reach a number. */
  private record Counting(int bad) implements Model<Integer> {
    @Override
    public String name() {
      return "counting";
    }

    @Override
    public List<Integer> starts() {
      return List.of(0);
    }

    @Override
    public String key(Integer state) {
      return state.toString();
    }

    @Override
    public Optional<String> violation(Integer state) {
      return state == bad ? Optional.of("it is " + state) : Optional.empty();
    }

    @Override
    public void moves(Integer state, BiConsumer<String, Integer> next) {
      if (state < 10) {
        next.accept("plus two", Math.min(10, state + 2));
        next.accept("plus one", state + 1);
      }
    }
  }
}
