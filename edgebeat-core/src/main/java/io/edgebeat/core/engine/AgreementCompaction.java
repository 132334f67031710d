package io.edgebeat.core.engine;

import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.ledger.LedgerHead;
import io.edgebeat.api.net.PeerMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One side of an agreement: what is said again and again while ticks pass is said once. */
final class AgreementCompaction {
  /** What a held execution is in, and what it goes on in. */
  private static final String PAUSED = "PAUSED";

  private static final String RUNNING = "RUNNING";

  private final Compaction.Edit edit;
  private final List<Fact> facts;

  /** The number of each message that was said. */
  private final Map<Integer, Long> numbers = new HashMap<>();

  private long said;
  private long heard;
  private long peerSaw;

  AgreementCompaction(Compaction.Edit edit) {
    this.edit = edit;
    this.facts = edit.facts;
  }

  void run() {
    for (int i = 0; i < facts.size(); i++) {
      switch (facts.get(i)) {
        case Fact.Said f -> numbers.put(i, ++said);
        case Fact.SaidUpTo f -> said = f.sequence();
        case Fact.Heard f -> heard = f.sequence();
        case Fact.Noted f -> heard = f.sequence();
        case Fact.PeerSaw f -> peerSaw = f.sequence();
        case Fact.Restored f -> {
          if (f.said() > said) {
            said = f.said();
            peerSaw = said;
          }
          heard = f.heard();
        }
        default -> {}
      }
    }
    superseded();
    pauses();
    units();
    counters();
  }

  /** Leaves out, from the end, what a later fact says again before anything looks at it. */
  private void superseded() {
    boolean saw = false;
    boolean leased = false;
    boolean granted = false;
    boolean begun = false;
    PeerMessage.@Nullable Ticks ticksHeard = null;
    boolean ticksSaid = false;
    boolean ackHeard = false;
    PeerMessage.@Nullable Ack ackSaid = null;
    @Nullable LedgerHead head = null;
    for (int i = facts.size() - 1; i >= 0; i--) {
      boolean drop = false;
      switch (facts.get(i)) {
        case Fact.PeerSaw f -> {
          drop = saw && f.sequence() <= peerSaw;
          saw = true;
        }
        case Fact.HeadSeen f -> {
          drop =
              head != null
                  && f.head().number() <= head.number()
                  && !f.head().time().isAfter(head.time());
          head = head == null ? f.head() : head;
        }
        case Fact.LeaseSet f -> {
          drop = leased;
          leased = true;
        }
        case Fact.StartOrdered f -> leased = true;
        case Fact.UnitsGranted f -> {
          drop = granted;
          granted = true;
        }
        case Fact.TicksBegun f -> {
          drop = begun;
          begun = true;
        }
        case Fact.ExecutionStarted f -> {
          granted = true;
          begun = false;
        }
        case Fact.SecretDrawn f -> ackSaid = null;
        case Fact.Restored f -> {
          // What was paid and shown before it is kept as it was.
          saw = false;
          ticksHeard = null;
          ticksSaid = false;
          ackSaid = null;
        }
        case Fact.Heard(long sequence, PeerMessage.Ticks m) -> {
          drop =
              ticksHeard != null
                  && ticksHeard.sequence() == m.sequence()
                  && ticksHeard.ticks() >= m.ticks();
          ticksHeard = m;
        }
        case Fact.Heard(long sequence, PeerMessage.VoucherSent m) -> {
          ticksHeard = null;
          ackSaid = null;
        }
        case Fact.Heard(long sequence, PeerMessage.Ack m) -> {
          drop = ackHeard;
          ackHeard = true;
        }
        case Fact.Heard(long sequence, PeerMessage.ReceiptSent m) -> ackHeard = false;
        case Fact.Heard(long sequence, PeerMessage.TaskEnded m) -> ticksSaid = false;
        case Fact.Heard(long sequence, PeerMessage message) -> drop = isIdle(message);
        case Fact.Said(PeerMessage.Ticks m) -> {
          drop = ticksSaid && seen(i);
          ticksSaid = true;
        }
        case Fact.Said(PeerMessage.VoucherSent m) -> ticksSaid = false;
        case Fact.Said(PeerMessage.Ack m) -> {
          drop = ackSaid != null && ackSaid.delivered() >= m.delivered() && seen(i);
          ackSaid = m;
        }
        case Fact.Said(PeerMessage message) -> drop = isIdle(message) && seen(i);
        default -> {}
      }
      if (drop) {
        edit.drop(i);
      }
    }
  }

  /** Whether the other side has seen what was said here, so that it is not sent again. */
  private boolean seen(int index) {
    return numbers.getOrDefault(index, Long.MAX_VALUE) <= peerSaw;
  }

  /** What changes nothing but the number of messages, on either side. */
  private static boolean isIdle(PeerMessage message) {
    return switch (message) {
      case PeerMessage.PauseNotice m -> true;
      case PeerMessage.StateQuery m -> true;
      case PeerMessage.StateAnswer m -> true;
      // Wrong payments are counted, and a dispute is evidence.
      case PeerMessage.Refused m ->
          m.code() != ErrorCode.BAD_PAYMENT && m.code() != ErrorCode.USAGE_DISPUTED;
      default -> false;
    };
  }

  /** Adds up the pauses of a task that are over; the last one tells since when it has run. */
  private void pauses() {
    Duration sum = Duration.ZERO;
    int stated = -1;
    int pausedAt = -1;
    int resumedAt = -1;
    for (int i = 0; i < facts.size(); i++) {
      switch (facts.get(i)) {
        case Fact.HeldFor f -> {
          sum = sum.plus(f.held());
          edit.drop(i);
          stated = i;
        }
        case Fact.ExecutionStarted f -> {
          state(stated, sum);
          sum = Duration.ZERO;
          stated = -1;
          pausedAt = -1;
          resumedAt = -1;
        }
        case Fact.WorkMoved f -> {
          if (resumedAt >= 0 && pausedAt >= 0) {
            sum = sum.plus(Duration.between(at(pausedAt), at(resumedAt)));
            edit.drop(pausedAt);
            edit.drop(resumedAt);
            stated = resumedAt;
            pausedAt = -1;
            resumedAt = -1;
          }
          if (f.to().equals(PAUSED)) {
            pausedAt = i;
          } else if (f.to().equals(RUNNING) && pausedAt >= 0) {
            resumedAt = i;
          } else {
            pausedAt = -1;
          }
        }
        default -> {}
      }
    }
    state(stated, sum);
  }

  private void state(int index, Duration sum) {
    if (index >= 0) {
      edit.state(index, new Fact.HeldFor(sum));
    }
  }

  private Instant at(int index) {
    return ((Fact.WorkMoved) facts.get(index)).at();
  }

  /** Adds up what the running task has asked for; what earlier ones have is in how they ended. */
  private void units() {
    Map<String, List<Integer>> asked = new HashMap<>();
    for (int i = 0; i < facts.size(); i++) {
      if (facts.get(i) instanceof Fact.UnitsAsked f) {
        asked.computeIfAbsent(f.kind(), kind -> new ArrayList<>()).add(i);
      } else if (facts.get(i) instanceof Fact.ExecutionStarted) {
        asked.values().forEach(all -> all.forEach(edit::drop));
        asked.clear();
      }
    }
    asked.forEach(
        (kind, all) -> {
          if (all.size() > 1) {
            long sum = 0;
            for (int index : all) {
              long more = sum + Math.max(0, ((Fact.UnitsAsked) facts.get(index)).units());
              sum = more < sum ? Long.MAX_VALUE : more;
              edit.drop(index);
            }
            edit.state(all.getLast(), new Fact.UnitsAsked(kind, sum));
          }
        });
  }

  /** States the numbers of messages where those that have counted them are left out. */
  private void counters() {
    long saidHere = 0;
    long heardHere = 0;
    long heardThen = 0;
    for (int i = 0; i < facts.size(); i++) {
      switch (facts.get(i)) {
        case Fact.Said f -> {
          long number = numbers.getOrDefault(i, 0L);
          if (!edit.isDropped(i)) {
            if (saidHere != number - 1) {
              edit.state(i, new Fact.SaidUpTo(number - 1));
            }
            saidHere = number;
          }
        }
        case Fact.SaidUpTo f -> edit.drop(i);
        case Fact.Restored f -> {
          saidHere = f.said();
          heardHere = f.heard();
          heardThen = f.heard();
        }
        case Fact.Heard f -> {
          heardThen = f.sequence();
          heardHere = edit.isDropped(i) ? heardHere : heardThen;
        }
        case Fact.Noted f -> {
          heardThen = f.sequence();
          edit.drop(i);
        }
        case Fact.ExamineOrdered f -> {
          // Its action is numbered after the message that caused it.
          if (heardHere != heardThen) {
            edit.state(i, new Fact.Noted(heardThen));
            heardHere = heardThen;
          }
        }
        default -> {}
      }
    }
    if (saidHere != said) {
      edit.state(facts.size(), new Fact.SaidUpTo(said));
    }
    if (heardHere != heard) {
      edit.state(facts.size(), new Fact.Noted(heard));
    }
  }
}
