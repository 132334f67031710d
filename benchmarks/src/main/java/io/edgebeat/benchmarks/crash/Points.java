package io.edgebeat.benchmarks.crash;

import io.edgebeat.core.journal.Disk;
import io.edgebeat.core.journal.DiskFile;
import io.edgebeat.core.market.MarketFeed;
import io.edgebeat.testkit.fault.Failpoints;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * The points at which a node dies in these proofs: those of the backends, and those of its disk.
 */
public final class Points {
  private static final Failpoints.Room[] OWN = {
    new Failpoints.Room(Disk.class, "directory", "locate", "allocateBuffer"),
    new Failpoints.Room(DiskFile.class, "journal", "name"),
    new Failpoints.Room(Disk.Lock.class, "lock"),
    new Failpoints.Room(MarketFeed.class, "index"),
  };

  /**
   * How the points begin that no run of these proofs can reach, because this release makes no such
   * call: the engine of a node does not, or nothing calls the engine so.
   */
  private static final Set<String> NOT_CALLED =
      Set.of(
          // No backend of these proofs replaces or abandons a transaction on its own.
          "ledger.replace.",
          "ledger.abandon.",
          // The engine follows the events instead.
          "ledger.agreement.",
          "ledger.listing.",
          // A backend that was handed in is closed by whoever made it.
          "ledger.close.",
          "content.close.",
          "executor.close.",
          "transport.close.",
          "capability.close.",
          "market.close.",
          "content.has.",
          "content.pin.",
          "content.unpin.",
          "transport.roundTrip.",
          // The node asks where each piece stands instead.
          "channel.awaitLog.",
          // Only what a program hears of sensors; no program of these proofs has one.
          "capabilitySession.",
          "capability.");

  /**
   * How those begin that only real nodes reach: in virtual time nothing is preallocated, and the
   * picture is closed by whoever made it.
   */
  private static final Set<String> ONLY_REAL = Set.of("journal.zero.", "state.close.");

  private Points() {}

  /** The points of one process. */
  public static Failpoints of(Consumer<String> reached) {
    return new Failpoints(reached, OWN);
  }

  /** Every point there is. */
  public static SortedSet<String> all() {
    return Failpoints.names(OWN);
  }

  /** Every point that real nodes must reach. */
  public static SortedSet<String> wanted() {
    return without(all(), NOT_CALLED);
  }

  /** Every point that nodes of virtual time must reach. */
  static SortedSet<String> wantedInVirtualTime() {
    return without(wanted(), ONLY_REAL);
  }

  private static SortedSet<String> without(SortedSet<String> points, Set<String> beginnings) {
    SortedSet<String> left = new TreeSet<>(points);
    left.removeIf(point -> beginnings.stream().anyMatch(point::startsWith));
    return left;
  }
}
