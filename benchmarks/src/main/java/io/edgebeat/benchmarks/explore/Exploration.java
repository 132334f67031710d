package io.edgebeat.benchmarks.explore;

import io.edgebeat.benchmarks.Program;
import io.edgebeat.benchmarks.ProgramContext;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

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
  public void run(ProgramContext context) throws Exception {
    List<Model<?>> scenes = context.nightly() ? Scenes.large() : Scenes.usual();
    long states = 0;
    long moves = 0;
    try (ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      Map<Integer, Future<Explorer.Result>> runs = new TreeMap<>();
      for (int i = 0; i < scenes.size(); i++) {
        if (context.seed().isEmpty() || context.seed().getAsLong() == i) {
          Model<?> scene = scenes.get(i);
          runs.put(i, threads.submit(() -> Explorer.run(scene)));
        }
      }
      for (Map.Entry<Integer, Future<Explorer.Result>> run : runs.entrySet()) {
        int i = run.getKey();
        Explorer.Result result = run.getValue().get();
        context.ran();
        context.say(i + " " + scenes.get(i).name() + ": " + result.states() + " states");
        states += result.states();
        moves += result.moves();
        if (result.violation().isPresent()) {
          context.violation(i, result.violation().get().toString());
        }
      }
    }
    context.result("states", states);
    context.result("moves", moves);
  }
}
