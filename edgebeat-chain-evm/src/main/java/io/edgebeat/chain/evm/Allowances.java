package io.edgebeat.chain.evm;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.SigningDomain;
import io.edgebeat.api.ledger.Permit;
import io.edgebeat.chain.evm.abi.AbiWriter;
import io.edgebeat.chain.evm.market.MarketCall;
import io.edgebeat.chain.evm.market.MarketCalls;
import io.edgebeat.chain.evm.rpc.Answers;
import io.edgebeat.chain.evm.rpc.Call;
import io.edgebeat.chain.evm.rpc.Hex;
import io.edgebeat.chain.evm.rpc.Json;
import io.edgebeat.chain.evm.tx.Bundle;
import io.edgebeat.chain.evm.tx.Nonces;
import io.edgebeat.chain.evm.tx.RawTransaction;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * How the market is allowed to take from one account what a transaction spends: an allowance is
 * standing, or a permit travels inside of an open, or an approval travels ahead. Gives out the
 * account's nonces, for what is allowed depends on who comes first. Thread-safe.
 */
final class Allowances {
  /** Beyond this an allowance is one that never ends. */
  private static final int STANDING_BITS = 128;

  private final MarketCalls calls;
  private final Nonces nonces;

  /** What permits are signed for. */
  private final SigningDomain token;

  private final Call<BigInteger> allowance;
  private final Call<byte[]> permitNonce;
  private final Call<byte[]> separator;

  /** Nonces of transactions that bring a standing allowance, and are not final. */
  private final TreeSet<Long> approvals = new TreeSet<>();

  /** Whether a standing allowance was there when last looked. */
  private boolean stoodLast;

  /** Whether an allowance was given back that something with a higher nonce counts on. */
  private boolean approvalOwed;

  /**
   * Until when the permits can be used that transactions bring, by the nonce of these. Of two that
   * are under way the second would count only when the first was used.
   */
  private final NavigableMap<Long, Instant> permits = new TreeMap<>();

  /**
   * What a transaction has got.
   *
   * @param nonces its nonces, lowest first; more than one when an approval travels ahead
   * @param permitNonce the nonce of the permit that it brings; empty for none
   */
  record Turn(List<Long> nonces, Optional<Long> permitNonce) {
    /** Those of its approvals. */
    List<Long> approvals() {
      return nonces.subList(0, nonces.size() - 1);
    }
  }

  Allowances(Deployment deployment, Address account, MarketCalls calls, Nonces nonces) {
    this.calls = calls;
    this.nonces = nonces;
    // The name and version that EdgToken gives itself; another token says so by its separator.
    this.token = SigningDomain.edgeBeat(deployment.chainId(), deployment.token());
    this.allowance =
        ask(
            deployment,
            AbiWriter.call("allowance(address,address)")
                .address(account)
                .address(deployment.market()),
            Hex::big);
    this.permitNonce =
        ask(deployment, AbiWriter.call("nonces(address)").address(account), Hex::bytes);
    this.separator = ask(deployment, AbiWriter.call("DOMAIN_SEPARATOR()"), Hex::bytes);
  }

  private static <T> Call<T> ask(Deployment deployment, AbiWriter call, Function<Json, T> read) {
    return Call.of(
        "eth_call",
        read,
        Json.object("to", deployment.token().toString(), "data", Hex.of(call.toBytes())),
        Json.of("latest"));
  }

  /** The domain of the token. */
  SigningDomain token() {
    return token;
  }

  /**
   * What must be asked before a call gets its turn, and of the same node. Where an allowance was
   * standing when last looked, nobody asks about permits; if it is gone, an approval will do.
   */
  synchronized List<Call<?>> questions(MarketCall call, Optional<Permit> permit) {
    List<Call<?>> questions = new ArrayList<>();
    if (call.spends().signum() > 0 || approvalOwed) {
      questions.add(allowance);
    }
    if (permit.isPresent() && !stoodLast) {
      questions.add(permitNonce);
      questions.add(separator);
    }
    return questions;
  }

  /**
   * Takes the nonces of a call.
   *
   * @param permit what would allow it; empty for none
   * @param onChain the next nonce the chain expects
   * @param seen the same by the node that has given the answers: what comes before it is in them
   * @param asked the {@link #questions}
   * @param answers to them
   * @param now the chain's time
   */
  synchronized Turn take(
      MarketCall call,
      Optional<Permit> permit,
      long onChain,
      long seen,
      List<Call<?>> asked,
      Answers answers,
      Instant now) {
    long nonce = nonces.lowest(onChain);
    BigInteger allowed = asked.contains(allowance) ? answers.get(allowance) : BigInteger.ZERO;
    if (asked.contains(allowance)) {
      stoodLast = allowed.bitLength() > STANDING_BITS;
    }
    // A permit takes the place of what was allowed before it.
    boolean standing =
        allowed.bitLength() > STANDING_BITS
            && allowed.compareTo(call.spends()) >= 0
            && permits.subMap(seen, Math.max(seen, nonce)).isEmpty();
    boolean missing =
        !standing && (approvalOwed || (call.spends().signum() > 0 && !isApproved(seen, nonce)));
    if (!missing) {
      return new Turn(nonces.take(onChain, 1), Optional.empty());
    }
    Optional<Long> next =
        permit.isEmpty()
                || !asked.contains(permitNonce)
                || approvalOwed
                || !approvals.isEmpty()
                || isUsable(now)
            ? Optional.empty()
            : nextPermit(answers);
    if (next.isPresent()) {
      List<Long> taken = nonces.take(onChain, 1);
      permits.put(taken.getFirst(), permit.orElseThrow().deadline());
      return new Turn(taken, next);
    }
    List<Long> taken = new ArrayList<>(nonces.take(onChain, 1));
    long approval;
    do {
      // Before a permit it only fills the gap there, and another one comes behind the permit.
      approval = taken.getLast();
      approvals.add(approval);
      taken.addAll(nonces.take(onChain, 1));
    } while (!permits.subMap(approval, taken.getLast()).isEmpty());
    approvalOwed = false;
    return new Turn(taken, Optional.empty());
  }

  /** Whether one is under way. What has become of those before it the answers have said. */
  private boolean isApproved(long seen, long nonce) {
    Long approval = approvals.lower(nonce);
    return approval != null && approval >= seen && permits.subMap(approval, nonce).isEmpty();
  }

  private boolean isUsable(Instant now) {
    permits.values().removeIf(deadline -> deadline.isBefore(now));
    return !permits.isEmpty();
  }

  private Optional<Long> nextPermit(Answers answers) {
    if (answers.error(permitNonce).isPresent()
        || answers.error(separator).isPresent()
        || !Arrays.equals(answers.get(separator), token.separator().toBytes())) {
      return Optional.empty();
    }
    BigInteger next = new BigInteger(1, answers.get(permitNonce));
    return next.bitLength() > 63 ? Optional.empty() : Optional.of(next.longValueExact());
  }

  /** Nothing was signed in its turn. */
  synchronized void giveBack(Turn turn) {
    nonces.giveBack(turn.nonces());
    turn.nonces().forEach(this::without);
  }

  /** What counts on an approval must find another, with the next nonce that is taken. */
  private void without(long nonce) {
    permits.remove(nonce);
    if (approvals.remove(nonce)) {
      approvalOwed |= nonces.isFollowed(nonce);
    }
  }

  /** Notes what was journaled before a restart, and may have been sent. */
  synchronized void restored(Bytes32 id, Bundle bundle) {
    nonces.sent(id, bundle.nonces());
    for (RawTransaction.Signed part : bundle.parts()) {
      RawTransaction t = part.transaction();
      if (calls.isApproval(t.to(), t.data())) {
        approvals.add(t.nonce());
      }
      MarketCalls.permitDeadline(t.data()).ifPresent(deadline -> permits.put(t.nonce(), deadline));
    }
  }

  /**
   * Gives back what was signed and never sent; nobody has seen its permit.
   *
   * @return false when it was sent, or is not known
   */
  synchronized boolean abandon(Bytes32 id) {
    List<Long> its = nonces.of(id);
    if (!nonces.abandon(id)) {
      return false;
    }
    its.stream().filter(nonce -> !nonces.isUsed(nonce)).forEach(this::without);
    return true;
  }

  /**
   * What is final, and with it every approval before it. A permit that was not used then can still
   * be used by anyone who has seen it.
   */
  synchronized void concluded(Bytes32 id, boolean success) {
    nonces
        .lastOf(id)
        .ifPresent(
            last -> {
              approvals.headSet(last).clear();
              if (success) {
                permits.remove(last);
              }
            });
    nonces.concluded(id);
  }
}
