package io.edgebeat.chain.evm.tx;

import io.edgebeat.api.identity.Bytes32;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Which nonces of the account are given out, and for what. Thread-safe. Gaps are filled first: a
 * nonce that nobody uses stops all behind it.
 */
public final class Nonces {
  private long next;
  private final TreeSet<Long> free = new TreeSet<>();
  private final Map<Bytes32, Use> uses = new HashMap<>();

  /** What some nonces are used for, lowest first. */
  private static final class Use {
    final List<Long> nonces;
    boolean sent;

    Use(List<Long> nonces) {
      this.nonces = List.copyOf(nonces);
    }

    boolean shares(Use other) {
      return nonces.getFirst().equals(other.nonces.getFirst());
    }
  }

  /** The nonce that {@link #take} would give first. */
  public synchronized long lowest(long onChain) {
    Long left = free.ceiling(onChain);
    return left == null ? Math.max(next, onChain) : left;
  }

  /**
   * Takes the lowest nonces that nobody uses; they need not be in a row.
   *
   * @param onChain the next one the chain expects
   * @param count how many
   * @return the nonces, lowest first
   */
  public synchronized List<Long> take(long onChain, int count) {
    free.headSet(onChain).clear();
    next = Math.max(next, onChain);
    List<Long> taken = new ArrayList<>();
    while (taken.size() < count) {
      Long left = free.pollFirst();
      taken.add(left == null ? next++ : left);
    }
    return taken;
  }

  /** Gives back what {@link #take} gave, because nothing was signed with it. */
  public synchronized void giveBack(List<Long> taken) {
    free.addAll(taken);
    while (!free.isEmpty() && free.last() == next - 1) {
      free.pollLast();
      next--;
    }
  }

  /** A transaction was signed with what was taken. */
  public synchronized void signed(Bytes32 id, List<Long> taken) {
    uses.put(id, new Use(taken));
  }

  /** A transaction may have been sent: its nonces are gone for good. */
  public synchronized void sent(Bytes32 id, List<Long> used) {
    Use use = uses.computeIfAbsent(id, key -> new Use(used));
    use.sent = true;
    occupy(used);
  }

  /**
   * A transaction that was journaled before a restart.
   *
   * @param onChain the next nonce the chain expects
   */
  public synchronized void restored(long onChain, Bytes32 id, List<Long> used) {
    uses.put(id, new Use(used));
    next = Math.max(next, onChain);
    occupy(used);
  }

  /** Between what was given out before and these, whatever nobody uses is free. */
  private void occupy(List<Long> used) {
    for (long nonce : used) {
      for (; next <= nonce; next++) {
        free.add(next);
      }
      free.remove(nonce);
    }
  }

  /**
   * Gives back the nonces of a transaction that was signed and never sent.
   *
   * @return false when it was sent, or is not known
   */
  public synchronized boolean abandon(Bytes32 id) {
    Use use = uses.get(id);
    if (use == null || use.sent) {
      return false;
    }
    uses.remove(id);
    if (uses.values().stream().noneMatch(use::shares)) {
      // Of a transaction and what was to replace it one goes, and the other keeps the nonce.
      giveBack(use.nonces);
    }
    return true;
  }

  /** The first nonce of a transaction of this account that is known here. */
  public synchronized Optional<Long> firstOf(Bytes32 id) {
    return Optional.ofNullable(uses.get(id)).map(use -> use.nonces.getFirst());
  }

  /** The last nonce of a transaction of this account that is known here. */
  public synchronized Optional<Long> lastOf(Bytes32 id) {
    return Optional.ofNullable(uses.get(id)).map(use -> use.nonces.getLast());
  }

  /** Whether anything was signed with a nonce. */
  public synchronized boolean isUsed(long nonce) {
    return uses.values().stream().anyMatch(use -> use.nonces.contains(nonce));
  }

  /** Whether a nonce above one that was given back is given out. */
  public synchronized boolean isFollowed(long nonce) {
    return next > nonce;
  }

  /** Whether something else was sent with its nonce. */
  public synchronized boolean isReplaced(Bytes32 id) {
    Use use = uses.get(id);
    return use != null && uses.values().stream().anyMatch(u -> u != use && u.sent && u.shares(use));
  }

  /** Forgets what is final. */
  public synchronized void concluded(Bytes32 id) {
    uses.remove(id);
  }
}
