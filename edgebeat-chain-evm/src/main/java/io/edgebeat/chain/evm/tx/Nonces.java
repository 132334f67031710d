package io.edgebeat.chain.evm.tx;

import io.edgebeat.api.identity.Bytes32;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which nonces of the account are given out, and for what. Thread-safe. Gaps are filled first: a
 * nonce that nobody uses stops all behind it. What a node says the chain expects counts for the one
 * call that it was asked for: a node may be wrong once.
 */
public final class Nonces {
  /** What is given out or gone: the last of each range by its first. No two of them touch. */
  private final NavigableMap<Long, Long> given = new TreeMap<>();

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
    Map.Entry<Long, Long> range = given.floorEntry(onChain);
    return range == null || range.getValue() < onChain ? onChain : range.getValue() + 1;
  }

  /**
   * Takes the lowest nonces that nobody uses; they need not be in a row.
   *
   * @param onChain the next one the chain expects
   * @param count how many
   * @return the nonces, lowest first
   */
  public synchronized List<Long> take(long onChain, int count) {
    List<Long> taken = new ArrayList<>();
    while (taken.size() < count) {
      long nonce = lowest(onChain);
      occupy(nonce, nonce);
      taken.add(nonce);
    }
    return taken;
  }

  /** Gives back what {@link #take} gave, because nothing was signed with it. */
  public synchronized void giveBack(List<Long> taken) {
    taken.forEach(this::free);
  }

  private void free(long nonce) {
    Map.Entry<Long, Long> range = given.floorEntry(nonce);
    if (range == null || range.getValue() < nonce) {
      return;
    }
    given.remove(range.getKey());
    if (range.getKey() < nonce) {
      given.put(range.getKey(), nonce - 1);
    }
    if (nonce < range.getValue()) {
      given.put(nonce + 1, range.getValue());
    }
  }

  private void occupy(long first, long last) {
    long from = first;
    long to = last;
    for (var range = given.floorEntry(to + 1);
        range != null && range.getValue() >= from - 1;
        range = given.floorEntry(to + 1)) {
      given.remove(range.getKey());
      from = Math.min(from, range.getKey());
      to = Math.max(to, range.getValue());
    }
    given.put(from, to);
  }

  /** A transaction was signed with what was taken. */
  public synchronized void signed(Bytes32 id, List<Long> taken) {
    uses.put(id, new Use(taken));
  }

  /** A transaction may have been sent, now or before a restart: its nonces are gone for good. */
  public synchronized void sent(Bytes32 id, List<Long> used) {
    Use use = uses.computeIfAbsent(id, key -> new Use(used));
    use.sent = true;
    used.forEach(nonce -> occupy(nonce, nonce));
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

  /** The nonces of a transaction of this account; none when it is not known here. */
  public synchronized List<Long> of(Bytes32 id) {
    Use use = uses.get(id);
    return use == null ? List.of() : use.nonces;
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
    return !given.isEmpty() && given.lastEntry().getValue() > nonce;
  }

  /** Whether something else was sent with its nonce. */
  public synchronized boolean isReplaced(Bytes32 id) {
    Use use = uses.get(id);
    return use != null && uses.values().stream().anyMatch(u -> u != use && u.sent && u.shares(use));
  }

  /** Forgets what is final. All below it is then gone, too, whatever a node says later. */
  public synchronized void concluded(Bytes32 id) {
    Use use = uses.remove(id);
    if (use != null) {
      occupy(0, use.nonces.getLast());
    }
  }
}
