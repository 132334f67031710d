package io.edgebeat.benchmarks.wasm;

import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.TaskOutcome;
import io.edgebeat.api.task.Workload;
import io.edgebeat.exec.wasm.WasmLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many tasks of an honest guest are done while somebody else uses the same executor: nobody, a
 * guest that only computes, and hostile ones without a break. In turns that are short, so that what
 * else the machine does hits all of them.
 *
 * <p>First every hostile program comes once, and is told apart: a JVM still compiles its own engine
 * then, at the cost of everybody. What is judged are the rounds that follow.
 */
final class Neighbours implements AutoCloseable {
  private static final long TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

  private static final ExecutionLimits LIMITS = ExecutionLimits.DEFAULTS;

  private final Host host = new Host(WasmLimits.DEFAULTS);
  private final Workload honest;
  private final Workload busy;
  private final AtomicLong attacks = new AtomicLong();

  private Neighbours() {
    honest = computing(20_000);
    busy = computing(200_000);
    host.prepare(honest);
    host.prepare(busy);
  }

  /**
   * What was measured; medians of the rounds, as a share of what is done when nobody else is there.
   *
   * @param besideHostile beside hostile guests
   * @param besideFair beside a guest that only computes
   * @param ratio the former to the latter
   * @param firstRatio the same while each hostile program came for the first time
   * @param attacks how many hostile programs were run in all
   */
  record Report(
      double besideHostile, double besideFair, double ratio, double firstRatio, long attacks) {}

  /** Of each round: what is done beside hostile guests, beside a fair one, and the ratio. */
  private static final class Rounds {
    private final List<Double> hostile = new ArrayList<>();
    private final List<Double> fair = new ArrayList<>();
    private final List<Double> ratios = new ArrayList<>();
  }

  static Report measure(List<Hostile> all, int rounds) throws InterruptedException {
    try (Neighbours neighbours = new Neighbours()) {
      List<Trial> trials =
          all.stream()
              .map(Hostile::attack)
              .filter(trial -> trial.maxima().equals(WasmLimits.DEFAULTS))
              .toList();
      Rounds first = new Rounds();
      while (neighbours.attacks.get() < trials.size()) {
        neighbours.round(trials, first);
      }
      Rounds judged = new Rounds();
      for (int round = 0; round < rounds; round++) {
        neighbours.round(trials, judged);
      }
      return new Report(
          middle(judged.hostile),
          middle(judged.fair),
          middle(judged.ratios),
          middle(first.ratios),
          neighbours.attacks.get());
    }
  }

  private void round(List<Trial> trials, Rounds rounds) throws InterruptedException {
    double alone = turn(() -> Thread.sleep(50));
    double besideFair = turn(() -> host.run(busy, LIMITS));
    double besideHostile =
        turn(() -> trials.get((int) (attacks.getAndIncrement() % trials.size())).run(host));
    rounds.hostile.add(besideHostile / alone);
    rounds.fair.add(besideFair / alone);
    rounds.ratios.add(besideHostile / besideFair);
  }

  @Override
  public void close() {
    host.close();
  }

  /** What a neighbour does without a break. */
  private interface Neighbour {
    void act() throws InterruptedException;
  }

  /** A module that mixes numbers so many times. */
  private Workload computing(int turns) {
    ModuleWriter writer = new ModuleWriter();
    writer.memory(1, 1);
    writer.export(
        Trial.FUNCTION,
        ":I",
        "iI",
        "loop local.get 1 i64.const 6364136223846793005 i64.mul i64.const 1442695040888963407"
            + " i64.add local.tee 1 i64.const 33 i64.shr_u local.get 1 i64.xor local.set 1"
            + " i32.const 0 local.get 1 i64.store 0 local.get 0 i32.const 1 i32.add local.tee 0"
            + " i32.const "
            + turns
            + " i32.lt_u br_if 0 end local.get 1");
    ContentId image = host.put(writer.toBytes());
    return Host.call(image, Trial.FUNCTION);
  }

  /** How many tasks a second the honest one gets done. */
  private double turn(Neighbour neighbour) throws InterruptedException {
    AtomicBoolean over = new AtomicBoolean();
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    while (!over.get()) {
                      neighbour.act();
                    }
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    long begin = System.nanoTime();
    long done = 0;
    while (System.nanoTime() - begin < TURN_NANOS) {
      TaskOutcome outcome = host.run(honest, LIMITS);
      if (!(outcome instanceof TaskOutcome.Completed)) {
        throw new IllegalStateException("an honest task ends with " + outcome);
      }
      done++;
    }
    double rate = done * 1e9 / (System.nanoTime() - begin);
    over.set(true);
    thread.join();
    return rate;
  }

  private static double middle(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
