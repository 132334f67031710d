package io.edgebeat.chain.evm.follow;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.EventPage;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.LedgerCursor;
import io.edgebeat.api.ledger.LedgerEntry;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.chain.evm.rpc.RpcException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Reads the market's events along the chain. The newest blocks are kept, linked by hash, and so are
 * those that a reorganisation has dropped, until nobody can have read them lately: what they told
 * is taken back from whoever stands on them. Older blocks are asked for by range. Not thread-safe:
 * its owner has the lock.
 */
public final class Follower {
  /** Blocks that are kept beyond the ones that are not final. */
  private static final int SPARE = 64;

  /** How many times what is on the chain is kept of what was. */
  private static final int DROPPED = 8;

  private static final int STEP = 16;
  private static final int RANGES = 4;
  private static final int EMPTY_RANGES = 1_000;

  /** Old blocks that are read at once: at first, at most, and so many that they hold this many. */
  private static final long FIRST_RANGE = 64;

  private static final long MOST_RANGE = 2_000;
  private static final int EVENTS = 2_000;

  private final Chain chain;
  private final long start;
  private final int depth;
  private final long market;

  /** The chain as it is now, from {@link #bottom} on, without a gap. */
  private final NavigableMap<Long, Node> canonical = new TreeMap<>();

  /** The same, and what was dropped lately. */
  private final Map<Bytes32, Node> known =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Bytes32, Node> eldest) {
          // By their count: however long nobody looked, who stood on one that was dropped meanwhile
          // must be told.
          return size() > DROPPED * (depth + SPARE);
        }
      };

  /** Ranges of old blocks that were read last. */
  private final Map<Long, Range> ranges =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Range> eldest) {
          return size() > RANGES;
        }
      };

  /** Old blocks that hold no event, by the first of each row of them. */
  private final NavigableMap<Long, Range> empty = new TreeMap<>();

  /** So many old blocks are read next. */
  private long range = FIRST_RANGE;

  /** How often old blocks were read. */
  private long reads;

  /** An event in its place: a log stands for two at most. */
  private record Happened(long block, Bytes32 hash, Instant time, int index, LedgerEvent event) {}

  /**
   * Some of what comes behind a cursor.
   *
   * @param page it, maybe without an entry
   * @param more whether old blocks were read that held nothing, and others come behind them
   */
  public record Part(EventPage page, boolean more) {}

  /** Old blocks. */
  private record Range(long last, Bytes32 lastHash, List<Happened> events) {}

  /** A block that is kept, with its events. */
  private record Node(Block block, List<Happened> events) {}

  /**
   * A follower that has read nothing yet.
   *
   * @param chain the chain
   * @param start the first block that is read
   * @param depth how many blocks on top make one final
   * @param market what marks cursors
   */
  public Follower(Chain chain, long start, int depth, long market) {
    this.chain = chain;
    this.start = start;
    this.depth = depth;
    this.market = market;
  }

  /** How certain a block is under a head. */
  public static Finality finality(long block, long head, int depth) {
    long above = head - block;
    return above >= depth
        ? Finality.FINAL
        : above >= (depth + 1) / 2 ? Finality.SAFE : Finality.PENDING;
  }

  /** The first block that is kept. */
  private long bottom() {
    return canonical.isEmpty() ? start : canonical.firstKey();
  }

  /**
   * Looks at the newest block, and follows it back to what is known.
   *
   * @return the newest block
   */
  public Block refresh() {
    Block head = chain.head();
    Map.Entry<Long, Node> tip = canonical.lastEntry();
    if (tip != null && isKnown(head.number(), head.hash())) {
      // Also of a node that is a little behind: what others have shown is not taken back for that.
      return tip.getValue().block();
    }
    long lowest = Math.max(start, head.number() - depth - SPARE);
    if (head.number() < start) {
      return head;
    }
    List<Block> fresh = new ArrayList<>();
    Block below = head;
    fresh.add(head);
    while (below.number() > lowest && !isKnown(below.number() - 1, below.parent())) {
      long first = Math.max(lowest, below.number() - STEP);
      for (Block block : chain.blocks(first, below.number() - 1).reversed()) {
        if (!block.hash().equals(below.parent())) {
          throw Chain.moved();
        }
        below = block;
        fresh.add(block);
        if (below.number() > lowest && isKnown(below.number() - 1, below.parent())) {
          break;
        }
      }
    }
    add(fresh.reversed());
    return head;
  }

  private boolean isKnown(long number, Bytes32 hash) {
    Node node = canonical.get(number);
    return node != null && node.block().hash().equals(hash);
  }

  /** Nothing changes before everything was read. */
  private void add(List<Block> blocks) {
    List<List<Told>> logs = chain.logsOf(blocks);
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      Block block = blocks.get(i);
      nodes.add(new Node(block, happened(logs.get(i), block.time())));
    }
    Block first = blocks.getFirst();
    canonical.tailMap(first.number(), true).clear();
    if (!canonical.isEmpty() && canonical.lastKey() != first.number() - 1) {
      // So far behind that what is between was never read: it is history now.
      canonical.clear();
    }
    for (Node node : nodes) {
      canonical.put(node.block().number(), node);
      known.put(node.block().hash(), node);
    }
    long oldest = canonical.lastKey() - depth - SPARE;
    canonical.headMap(oldest, false).clear();
  }

  private List<Happened> happened(List<Told> logs, Instant time) {
    List<Happened> all = new ArrayList<>();
    for (Told told : logs) {
      int place = 2 * told.log().index();
      for (LedgerEvent event : told.events()) {
        all.add(new Happened(told.log().block(), told.log().blockHash(), time, place++, event));
      }
    }
    return all;
  }

  /**
   * What comes behind a cursor, up to the block that {@link #refresh()} has seen. Of old blocks a
   * row is read at a time, so that a reader can go on where it was, and others come between.
   *
   * @param from where the reader stands
   * @param limit how many entries at most
   * @param head what {@link #refresh()} has returned
   */
  public Part page(LedgerCursor from, int limit, Block head) {
    Position at = Position.of(from, market, start);
    List<LedgerEntry> entries = new ArrayList<>();
    long before = reads;
    boolean more = false;
    while (entries.size() < limit && !more) {
      Position next = step(at, limit, head, entries);
      if (next.equals(at)) {
        break;
      }
      at = next;
      more = reads != before && entries.isEmpty();
    }
    LedgerCursor next =
        at.hash().isZero() && at.index() == Position.ALL ? from : at.toCursor(market);
    return new Part(new EventPage(entries, next, head.toHead()), more);
  }

  private Position step(Position at, int limit, Block head, List<LedgerEntry> entries) {
    boolean beginning = at.block() < start;
    if (!beginning && at.block() >= bottom() && !isKnown(at.block(), at.hash())) {
      return retract(at, limit, head, entries);
    }
    if (canonical.isEmpty()) {
      return at;
    }
    if (at.block() >= bottom() && !beginning) {
      Node node = canonical.get(at.block());
      if (node != null && at.index() != Position.ALL) {
        return tell(at, node.events(), at.block(), at.hash(), limit, head, entries);
      }
    } else if (at.block() < bottom() - 1 || at.index() != Position.ALL) {
      return history(at, limit, head, entries);
    } else if (!beginning
        && !canonical.firstEntry().getValue().block().parent().equals(at.hash())) {
      return retract(at, limit, head, entries);
    }
    Node following = canonical.get(at.block() + 1);
    return following == null ? at : new Position(at.block() + 1, following.block().hash(), 0);
  }

  /** Tells what a reader has not seen of some events, and says where it stands then. */
  private Position tell(
      Position at,
      List<Happened> all,
      long last,
      Bytes32 lastHash,
      int limit,
      Block head,
      List<LedgerEntry> entries) {
    Position behind = at;
    for (Happened h : all) {
      if (h.block() < at.block() || (h.block() == at.block() && h.index() < at.index())) {
        continue;
      }
      if (entries.size() == limit) {
        return behind;
      }
      entries.add(entry(h, head, false));
      behind = new Position(h.block(), h.hash(), h.index() + 1);
    }
    return new Position(last, lastHash, Position.ALL);
  }

  /** Takes back what a block has told that is no more, latest first. */
  private Position retract(Position at, int limit, Block head, List<LedgerEntry> entries) {
    Node lost = known.get(at.hash());
    if (lost == null || lost.block().number() != at.block()) {
      throw at.block() > head.number() ? ahead(at, head) : lost(at);
    }
    Position behind = at;
    for (Happened h : lost.events().reversed()) {
      if (h.index() >= at.index()) {
        continue;
      }
      if (entries.size() == limit) {
        return behind;
      }
      entries.add(entry(h, head, true));
      behind = at.behind(h.index());
    }
    return new Position(at.block() - 1, lost.block().parent(), Position.ALL);
  }

  private static EdgeBeatException ahead(Position at, Block head) {
    return RpcException.unavailable(
        "this cursor is at block "
            + at.block()
            + ", and the newest block that a node knows is "
            + head.number());
  }

  private static EdgeBeatException lost(Position at) {
    return new EdgeBeatException(
        ErrorCode.INVALID_ARGUMENT,
        "block "
            + at.block()
            + " "
            + at.hash()
            + " of this cursor is not on the chain, and was not read since this ledger was made;"
            + " read from the beginning");
  }

  private Position history(Position at, int limit, Block head, List<LedgerEntry> entries) {
    // What was read as old cannot have been dropped; what was new when it was read can.
    if (known.containsKey(at.hash()) && !isOnChain(at)) {
      return retract(at, limit, head, entries);
    }
    long first = at.index() == Position.ALL ? at.block() + 1 : at.block();
    Map.Entry<Long, Range> nothing = empty.floorEntry(first);
    Range found = nothing != null && first <= nothing.getValue().last() ? nothing.getValue() : null;
    for (Map.Entry<Long, Range> kept : ranges.entrySet()) {
      if (kept.getKey() <= first && first <= kept.getValue().last()) {
        found = kept.getValue();
      }
    }
    if (found == null) {
      long last = Math.min(first + range - 1, bottom() - 1);
      found = read(at, first, last);
      reads++;
      if (found.events().isEmpty()) {
        remember(first, found);
      } else {
        ranges.put(first, found);
      }
      if (found.events().size() > EVENTS) {
        range = Math.max(1, (last - first + 1) / 2);
      } else if (found.events().size() < EVENTS / 2) {
        range = Math.min(MOST_RANGE, 2 * range);
      }
    }
    return tell(at, found.events(), found.last(), found.lastHash(), limit, head, entries);
  }

  /** However often one begins anew, it is not read again: there may be years of it. */
  private void remember(long first, Range nothing) {
    Map.Entry<Long, Range> before = empty.floorEntry(first);
    boolean joins = before != null && before.getValue().last() >= first - 1;
    empty.put(joins ? before.getKey() : first, nothing);
    if (empty.size() > EMPTY_RANGES) {
      empty.pollFirstEntry();
    }
  }

  private boolean isOnChain(Position at) {
    return chain.blocks(at.block(), at.block()).getFirst().hash().equals(at.hash());
  }

  private Range read(Position at, long first, long last) {
    if (at.block() >= start && !isOnChain(at)) {
      throw lost(at);
    }
    List<Told> wanted =
        chain.logs(first, last).stream().filter(told -> !told.events().isEmpty()).toList();
    List<Bytes32> hashes =
        wanted.stream()
            .filter(told -> told.time().isEmpty())
            .map(told -> told.log().blockHash())
            .distinct()
            .toList();
    Map<Bytes32, Instant> times = new HashMap<>();
    for (Block block : hashes.isEmpty() ? List.<Block>of() : chain.blocks(hashes)) {
      times.put(block.hash(), block.time());
    }
    List<Happened> all = new ArrayList<>();
    for (Told told : wanted) {
      Instant time = told.time().orElseGet(() -> times.get(told.log().blockHash()));
      all.addAll(happened(List.of(told), time == null ? Instant.EPOCH : time));
    }
    Bytes32 lastHash = chain.blocks(last, last).getFirst().hash();
    return new Range(last, lastHash, all);
  }

  private LedgerEntry entry(Happened h, Block head, boolean retracted) {
    return new LedgerEntry(
        h.block(),
        h.hash(),
        h.index(),
        h.time(),
        retracted ? Finality.PENDING : finality(h.block(), head.number(), depth),
        retracted,
        h.event());
  }
}
