package io.edgebeat.benchmarks.explore;

import io.edgebeat.api.market.TickUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What is explored, and how far. One exploration has one or two kinds of tricks besides the plain
 * moves: all tricks together have too many states, and tricks that need one another are few.
 */
final class Scenes {
  /** Outlasts every patience of an honest seller, as it does by default; in seconds. */
  private static final long CHALLENGE = 3;

  private Scenes() {}

  /** In seconds: for every build. */
  static List<Model<?>> small() {
    List<Model<?>> all = new ArrayList<>();
    all.add(new SellerMoney(stage(2, 2), CHALLENGE, Set.of()));
    all.add(new BuyerMoney(stage(2, 2), Set.of()));
    all.addAll(ticks(3, new int[] {1}, 1));
    return all;
  }

  /** In minutes: for CI, and for what was planted in the rules. */
  static List<Model<?>> usual() {
    return scenes(3, 2, 4, 1);
  }

  /**
   * In an hour: for a night. Larger numbers with one kind of tricks, and every two kinds together.
   */
  static List<Model<?>> large() {
    List<Model<?>> all = scenes(4, 3, 5, 2);
    for (Set<SellerMoney.Tricks> two : pairs(SellerMoney.Tricks.values())) {
      all.add(new SellerMoney(stage(2, 2), CHALLENGE, two));
    }
    for (Set<BuyerMoney.Tricks> two : pairs(BuyerMoney.Tricks.values())) {
      all.add(new BuyerMoney(stage(2, 2), two));
    }
    return all;
  }

  private static <E extends Enum<E>> List<Set<E>> pairs(E[] values) {
    List<Set<E>> pairs = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      for (int j = i + 1; j < values.length; j++) {
        pairs.add(EnumSet.of(values[i], values[j]));
      }
    }
    return pairs;
  }

  private static List<Model<?>> scenes(long deposit, long expiry, int ticks, int beyond) {
    List<Model<?>> all = new ArrayList<>();
    all.add(new SellerMoney(stage(deposit, expiry), 0, Set.of()));
    for (SellerMoney.Tricks trick : SellerMoney.Tricks.values()) {
      all.add(new SellerMoney(stage(deposit, expiry), CHALLENGE, EnumSet.of(trick)));
    }
    for (BuyerMoney.Tricks trick : BuyerMoney.Tricks.values()) {
      all.add(new BuyerMoney(stage(deposit, expiry), EnumSet.of(trick)));
    }
    all.addAll(ticks(ticks, new int[] {1, 2, 4}, beyond));
    return all;
  }

  /** Its own for each exploration: they run side by side. */
  private static Stage stage(long deposit, long expiry) {
    TickUnit calls = new TickUnit(TickUnit.Kind.CALLS, 1);
    return new Stage(new Stage.Numbers(calls, 1, deposit, 2, 1, 1, 1, expiry, CHALLENGE, 1));
  }

  private static List<Model<?>> ticks(int ticks, int[] windows, int beyond) {
    List<Model<?>> scenes = new ArrayList<>();
    for (int unpaid = 0; unpaid <= 2; unpaid++) {
      for (int window : windows) {
        for (TickUnit unit : List.of(TickStream.ASKED, TickStream.TIMED)) {
          // A window counts only when there are more ticks than it lets through.
          int all = Math.max(ticks, window + beyond);
          Stage.Numbers numbers =
              new Stage.Numbers(unit, 0, all, 0, unpaid, window, 1, 3_600, 10, 3);
          scenes.add(new TickStream(new Stage(numbers), all));
        }
      }
    }
    return scenes;
  }
}
