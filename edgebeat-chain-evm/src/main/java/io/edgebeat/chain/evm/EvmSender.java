package io.edgebeat.chain.evm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.identity.SignatureBackend;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.identity.SigningRequest;
import io.edgebeat.api.ledger.FeeHint;
import io.edgebeat.api.ledger.LedgerCommand;
import io.edgebeat.api.ledger.Permit;
import io.edgebeat.api.ledger.SignedTransaction;
import io.edgebeat.chain.evm.follow.Block;
import io.edgebeat.chain.evm.follow.Chain;
import io.edgebeat.chain.evm.market.MarketCall;
import io.edgebeat.chain.evm.market.MarketCalls;
import io.edgebeat.chain.evm.rpc.Answers;
import io.edgebeat.chain.evm.rpc.BadAnswerException;
import io.edgebeat.chain.evm.rpc.Call;
import io.edgebeat.chain.evm.rpc.Hex;
import io.edgebeat.chain.evm.rpc.Json;
import io.edgebeat.chain.evm.rpc.Rpc;
import io.edgebeat.chain.evm.rpc.RpcException;
import io.edgebeat.chain.evm.tx.Bundle;
import io.edgebeat.chain.evm.tx.Fees;
import io.edgebeat.chain.evm.tx.GasPolicy;
import io.edgebeat.chain.evm.tx.Nonces;
import io.edgebeat.chain.evm.tx.RawTransaction;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Signs and sends for one account. Thread-safe. */
final class EvmSender {
  /** From here on a nonce is not believed: a hundred transactions a second for a year are fewer. */
  private static final long NO_NONCE = 1L << 32;

  // What nodes say, each client in its own words, without all that is no letter.

  /** To what they have seen before. */
  private static final Pattern KNOWN =
      Pattern.compile(
          "alreadyknown|alreadyimported|(?<!un)knowntransaction|existingtxwithsamehash"
              + "|noncetoolow|oldnonce");

  private static final Pattern UNDERPRICED =
      Pattern.compile(
          "underpriced|replacementnotallowed|couldnotreplaceexistingtx|feetoolow"
              + "|gaspricebelowconfiguredminimum");

  private static final Pattern POOR =
      Pattern.compile("insufficientfunds|upfrontcost.*exceeds.*balance");

  private final Chain chain;
  private final Rpc rpc;
  private final Deployment deployment;
  private final Signer signer;
  private final SignatureBackend signatures;
  private final GasPolicy gas;
  private final MarketCalls calls;
  private final Nonces nonces = new Nonces();

  private final Allowances allowances;
  private final GasEstimates estimates = new GasEstimates();

  EvmSender(
      Chain chain,
      Deployment deployment,
      Signer signer,
      SignatureBackend signatures,
      GasPolicy gas,
      MarketCalls calls) {
    this.chain = chain;
    this.rpc = chain.rpc();
    this.deployment = deployment;
    this.signer = signer;
    this.signatures = signatures;
    this.gas = gas;
    this.calls = calls;
    this.allowances = new Allowances(deployment, signer.address(), calls, nonces);
  }

  /** Asks for the nonce that an account uses next. */
  static Call<Long> nonceOf(Address account) {
    return nonceOf(account, "latest");
  }

  /** Asks for the nonce that an account used next, behind a block. */
  static Call<Long> nonceOf(Address account, String block) {
    return Call.of(
        "eth_getTransactionCount", EvmSender::nonce, Json.of(account.toString()), Json.of(block));
  }

  private static long nonce(Json count) {
    long nonce = Hex.number(count);
    if (nonce >= NO_NONCE) {
      throw new BadAnswerException("more transactions than an account can have sent");
    }
    return nonce;
  }

  Optional<Long> nonceOf(Bytes32 id) {
    return nonces.lastOf(id);
  }

  SignedTransaction prepare(LedgerCommand command) {
    MarketCall call = calls.of(command);
    Optional<Permit> permit = calls.permit(command);
    Call<Long> nonce = nonceOf(signer.address());
    Call<Block> block = Chain.block("latest");
    Call<Long> estimate = estimate(call);
    List<Call<?>> asked = new ArrayList<>(List.of(nonce, block));
    if (estimates.isNeeded(command)) {
      asked.add(estimate);
    }
    asked.addAll(allowances.questions(call, permit));
    Answers answers = rpc.ask(asked);
    estimates.seen(answers.get(block).number());
    // A call that would be refused now may be fine when it is its turn.
    long limit =
        asked.contains(estimate) && answers.error(estimate).isEmpty()
            ? estimates.limit(command, call, answers.get(estimate))
            : call.gas();
    Fees fees = gas.offer(answers.get(block).baseFee());
    long seen = answers.get(nonce);
    long onChain = rpc.size() < 2 ? seen : agreedNonce();
    Instant now = answers.get(block).time();
    Allowances.Turn turn = allowances.take(call, permit, onChain, seen, asked, answers, now);
    try {
      if (turn.permitNonce().isPresent()) {
        Optional<MarketCall> permitted =
            permitted(command, permit.orElseThrow().withNonce(turn.permitNonce().get()));
        if (permitted.isPresent()) {
          return sign(permitted.get(), turn, fees, permitted.get().gas());
        }
        allowances.giveBack(turn);
        turn = allowances.take(call, Optional.empty(), onChain, seen, asked, answers, now);
      }
      return sign(call, turn, fees, limit);
    } catch (RuntimeException | Error e) {
      allowances.giveBack(turn);
      throw e;
    }
  }

  /** The call with its permit; empty when the signer's policy knows none. */
  private Optional<MarketCall> permitted(LedgerCommand command, Permit permit) {
    try {
      Signature signature = signer.sign(new SigningRequest.OfMessage(allowances.token(), permit));
      return Optional.of(calls.open((LedgerCommand.Open) command, permit, signature));
    } catch (EdgeBeatException e) {
      if (e.code() != ErrorCode.SIGNING_REFUSED) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private SignedTransaction sign(MarketCall call, Allowances.Turn turn, Fees fees, long limit) {
    List<RawTransaction.Signed> parts = new ArrayList<>();
    for (long nonce : turn.approvals()) {
      MarketCall approval = calls.approve();
      parts.add(sign(approval, nonce, fees, approval.gas()));
    }
    parts.add(sign(call, turn.nonces().getLast(), fees, limit));
    return signed(new Bundle(parts));
  }

  /**
   * The next nonce the chain expects, as two nodes agree on it: one that is behind would have a
   * nonce used twice after a restart.
   */
  private long agreedNonce() {
    Call<Long> nonce = nonceOf(signer.address(), Hex.of(chain.head().number()));
    return rpc.agreed(List.of(nonce)).get(nonce);
  }

  private SignedTransaction signed(Bundle bundle) {
    SignedTransaction transaction = bundle.toTransaction(signer.address());
    nonces.signed(transaction.id().hash(), bundle.nonces());
    return transaction;
  }

  private RawTransaction.Signed sign(MarketCall call, long nonce, Fees fees, long limit) {
    return sign(
        new RawTransaction(
            deployment.chainId(), nonce, fees, limit, Optional.of(call.to()), call.data()),
        call.summary());
  }

  private RawTransaction.Signed sign(RawTransaction transaction, String summary) {
    return new RawTransaction.Signed(
        transaction,
        signer.sign(
            new SigningRequest.OfTransaction(
                transaction.digest(), transaction.chainId(), summary)));
  }

  private Call<Long> estimate(MarketCall call) {
    return Call.of(
        "eth_estimateGas",
        Hex::number,
        Json.object(
            "from",
            signer.address().toString(),
            "to",
            call.to().toString(),
            "data",
            Hex.of(call.data().toBytes())));
  }

  void broadcast(SignedTransaction transaction) {
    Bundle bundle = Bundle.read(transaction, deployment.chainId(), signatures);
    if (transaction.sender().equals(signer.address())) {
      nonces.sent(transaction.id().hash(), bundle.nonces());
    }
    // One after the other: what is allowed must be known before it is used.
    for (RawTransaction.Signed part : bundle.parts()) {
      send(transaction, part);
    }
  }

  private void send(SignedTransaction transaction, RawTransaction.Signed part) {
    Call<Bytes32> call =
        Call.of("eth_sendRawTransaction", Hex::bytes32, Json.of(Hex.of(part.bytes())));
    Optional<EdgeBeatException> refused = Optional.empty();
    for (Answers answers : rpc.tellAll(List.of(call))) {
      Optional<Answers.NodeError> error = answers.error(call);
      if (error.isEmpty() || says(error.get(), KNOWN)) {
        return;
      }
      if (says(error.get(), UNDERPRICED) && nonces.isReplaced(transaction.id().hash())) {
        // What was sent for a higher fee in its place waits there.
        return;
      }
      refused = Optional.of(refused(transaction, answers.endpoint(), error.get()));
    }
    throw refused.orElseThrow();
  }

  private EdgeBeatException refused(
      SignedTransaction transaction, String endpoint, Answers.NodeError error) {
    String why =
        endpoint + " does not take transaction " + transaction.id() + ": " + error.message();
    return says(error, POOR)
        ? new EdgeBeatException(
            ErrorCode.INSUFFICIENT_FUNDS,
            RetryAdvice.AFTER_STATE_CHANGE,
            why + "; " + transaction.sender() + " needs more of the chain's own coin for gas",
            null)
        : RpcException.unavailable(why);
  }

  private static boolean says(Answers.NodeError error, Pattern words) {
    String said = error.message().toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
    return words.matcher(said).find();
  }

  SignedTransaction replace(SignedTransaction stuck, FeeHint hint) {
    Bundle bundle = Bundle.read(stuck, deployment.chainId(), signatures);
    own(stuck);
    BigInteger baseFee = rpc.ask(Chain.block("latest")).baseFee();
    List<RawTransaction.Signed> parts = new ArrayList<>();
    for (RawTransaction.Signed part : bundle.parts()) {
      RawTransaction t = part.transaction();
      Fees raised = gas.raise(t.fees(), hint.bumpPercent(), baseFee);
      parts.add(
          sign(
              new RawTransaction(t.chainId(), t.nonce(), raised, t.gas(), t.to(), t.data()),
              MarketCalls.nameOf(t.data().toBytes()) + " once more, for a higher fee"));
    }
    return signed(new Bundle(parts));
  }

  void restore(List<SignedTransaction> unfinished) {
    List<Bundle> bundles = new ArrayList<>();
    for (SignedTransaction transaction : unfinished) {
      own(transaction);
      bundles.add(Bundle.read(transaction, deployment.chainId(), signatures));
    }
    for (int i = 0; i < bundles.size(); i++) {
      allowances.restored(unfinished.get(i).id().hash(), bundles.get(i));
    }
  }

  private void own(SignedTransaction transaction) {
    if (!transaction.sender().equals(signer.address())) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "transaction "
              + transaction.id()
              + " is of "
              + transaction.sender()
              + ", and this ledger sends for "
              + signer.address());
    }
  }

  void abandon(SignedTransaction transaction) {
    if (!allowances.abandon(transaction.id().hash())) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "transaction "
              + transaction.id()
              + " was not prepared here, was sent, or was given back before");
    }
  }

  /** What is final needs no memory. */
  void concluded(Bytes32 id, boolean success) {
    allowances.concluded(id, success);
  }
}
