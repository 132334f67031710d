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
  private Scenes() {}

  /** In seconds: for every build. */
  static List<Model<?>> small() {
    List<Model<?>> all = new ArrayList<>();
    Stage stage = stage(2, 2);
    all.add(new SellerMoney(stage, 3, Set.of()));
    all.add(new BuyerMoney(stage, Set.of()));
    all.addAll(ticks(3, new int[] {1}, 1));
    return all;
  }

  /** In minutes: for CI, and for what was planted in the rules. */
  static List<Model<?>> usual() {
    return scenes(3, 2, 4, 1);
  }

  /** In an hour: for a night. */
  static List<Model<?>> large() {
    List<Model<?>> all = scenes(4, 3, 5, 2);
    Stage stage = stage(3, 2);
    all.add(new SellerMoney(stage, 3, EnumSet.allOf(SellerMoney.Tricks.class)));
    all.add(new BuyerMoney(stage, EnumSet.allOf(BuyerMoney.Tricks.class)));
    return all;
  }

  private static List<Model<?>> scenes(long deposit, long expiry, int ticks, int beyond) {
    List<Model<?>> all = new ArrayList<>();
    Stage stage = stage(deposit, expiry);
    all.add(new SellerMoney(stage, 0, Set.of()));
    for (SellerMoney.Tricks trick : SellerMoney.Tricks.values()) {
      all.add(new SellerMoney(stage, stage.numbers.challenge(), EnumSet.of(trick)));
    }
    for (BuyerMoney.Tricks trick : BuyerMoney.Tricks.values()) {
      all.add(new BuyerMoney(stage, EnumSet.of(trick)));
    }
    all.addAll(ticks(ticks, new int[] {1, 2, 4}, beyond));
    return all;
  }

  /** The challenge outlasts every patience of an honest seller, as it does by default. */
  private static Stage stage(long deposit, long expiry) {
    TickUnit calls = new TickUnit(TickUnit.Kind.CALLS, 1);
    return new Stage(new Stage.Numbers(calls, 1, deposit, 2, 1, 1, 1, expiry, 3, 1));
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
