package io.edgebeat.benchmarks.explore;

import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import java.util.List;

/** Every reachable state of small markets, with the real rules and deciders. */
public final class Exploration implements Program {
  /** Made by the list of programs. */
  public Exploration() {}

  @Override
  public String name() {
    return "exploration";
  }

  @Override
  public String summary() {
    return "every reachable state of one agreement, with one side honest, and of a stream of ticks";
  }

  /** The seed is the number of one exploration. */
  @Override
  public void run(ProgramContext context) {
    List<Model<?>> scenes = context.nightly() ? Scenes.large() : Scenes.usual();
    long states = 0;
    long moves = 0;
    for (int i = 0; i < scenes.size(); i++) {
      if (context.seed().isPresent() && context.seed().getAsLong() != i) {
        continue;
      }
      Explorer.Result result = Explorer.run(scenes.get(i));
      context.ran();
      context.say(i + " " + scenes.get(i).name() + ": " + result.states() + " states");
      states += result.states();
      moves += result.moves();
      if (result.violation().isPresent()) {
        context.violation(i, result.violation().get().toString());
      }
    }
    context.result("states", states);
    context.result("moves", moves);
  }
}
