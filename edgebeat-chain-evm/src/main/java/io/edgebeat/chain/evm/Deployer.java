package io.edgebeat.chain.evm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Keccak256;
import io.edgebeat.api.identity.Signer;
import io.edgebeat.api.identity.SigningRequest;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.LedgerParameters;
import io.edgebeat.chain.evm.abi.AbiWriter;
import io.edgebeat.chain.evm.abi.Rlp;
import io.edgebeat.chain.evm.follow.Block;
import io.edgebeat.chain.evm.follow.Chain;
import io.edgebeat.chain.evm.rpc.Answers;
import io.edgebeat.chain.evm.rpc.Call;
import io.edgebeat.chain.evm.rpc.Hex;
import io.edgebeat.chain.evm.rpc.Json;
import io.edgebeat.chain.evm.rpc.Rpc;
import io.edgebeat.chain.evm.rpc.RpcException;
import io.edgebeat.chain.evm.rpc.RpcLimits;
import io.edgebeat.chain.evm.tx.Fees;
import io.edgebeat.chain.evm.tx.GasPolicy;
import io.edgebeat.chain.evm.tx.RawTransaction;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Puts the contracts of a market on a chain: token, platform and market, the market known to the
 * platform. Blocks until all of them are in blocks.
 */
public final class Deployer {
  /** What EdgeBeatCore takes. */
  private static final Duration MIN_CHANGE_DELAY = Duration.ofHours(1);

  private static final Duration MAX_CHANGE_DELAY = Duration.ofDays(30);
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final Rpc rpc;
  private final Signer signer;
  private final long chainId;
  private long nonce;

  private Deployer(Rpc rpc, Signer signer) {
    this.rpc = rpc;
    this.signer = signer;
    this.chainId = rpc.ask(Call.of("eth_chainId", Hex::number));
    this.nonce = rpc.ask(EvmSender.nonceOf(signer.address()));
  }

  /**
   * Deploys a market of its own.
   *
   * @param node the URL of a node
   * @param signer pays for gas, gets all tokens, and is the platform's administrator
   * @param supply how many tokens there are, for ever; more than none
   * @param changeDelay how long changes of the platform are announced before they count: an hour to
   *     30 days
   * @param parameters what the market checks
   * @return where the contracts are; {@link Deployment#save} keeps it
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} naming supply or delay; {@code
   *     LEDGER_UNAVAILABLE}; {@code INSUFFICIENT_FUNDS} naming the account without the chain's coin
   *     for gas; {@code TRANSACTION_FAILED} naming the contract that refuses
   */
  public static Deployment deploy(
      URI node, Signer signer, Amount supply, Duration changeDelay, LedgerParameters parameters) {
    if (supply.isZero()) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT, "a supply of " + supply + ": nobody could ever pay");
    }
    if (changeDelay.compareTo(MIN_CHANGE_DELAY) < 0
        || changeDelay.compareTo(MAX_CHANGE_DELAY) > 0) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "a change delay of "
              + changeDelay
              + " is not in "
              + MIN_CHANGE_DELAY
              + " .. "
              + MAX_CHANGE_DELAY);
    }
    try (Rpc rpc = new Rpc(List.of(node), RpcLimits.DEFAULTS)) {
      return new Deployer(rpc, signer).deploy(supply, changeDelay, parameters);
    }
  }

  private Deployment deploy(Amount supply, Duration changeDelay, LedgerParameters p) {
    Block before = rpc.ask(Chain.block("latest"));
    Address token =
        create(
            "EdgToken", AbiWriter.arguments().address(signer.address()).uint(supply.baseUnits()));
    Address core =
        create(
            "EdgeBeatCore",
            AbiWriter.arguments()
                .address(signer.address())
                .uint(changeDelay.toSeconds())
                .uint(p.listingFee().baseUnits())
                .uint(p.feeFloor().baseUnits())
                .uint(p.depositCap().baseUnits()));
    Address market =
        create(
            "EdgeBeatMarket",
            AbiWriter.arguments()
                .address(token)
                .address(core)
                .uint(p.minChallenge().toSeconds())
                .uint(p.maxChallenge().toSeconds())
                .uint(p.maxLife().toSeconds()));
    send(
        "EdgeBeatCore.attachMarket",
        Optional.of(core),
        AbiWriter.call("attachMarket(address)").address(market).toBytes());
    return new Deployment(chainId, token, core, market, before.number() + 1);
  }

  private Address create(String contract, AbiWriter arguments) {
    byte[] code = code(contract);
    byte[] more = arguments.toBytes();
    byte[] data = Arrays.copyOf(code, code.length + more.length);
    System.arraycopy(more, 0, data, code.length, more.length);
    Address address = addressOf(signer.address(), nonce);
    send(contract, Optional.empty(), data);
    Call<byte[]> there =
        Call.of("eth_getCode", Hex::bytes, Json.of(address.toString()), Json.of("latest"));
    if (rpc.ask(there).length == 0) {
      throw RpcException.unavailable("the node does not show " + contract + " at " + address);
    }
    return address;
  }

  /** Where a contract goes that an account makes (yellow paper, section 7). */
  static Address addressOf(Address sender, long nonce) {
    byte[] hash = Keccak256.hash(Rlp.list(Rlp.of(sender.toBytes()), Rlp.of(nonce)).encode());
    return Address.of(Arrays.copyOfRange(hash, 12, 32));
  }

  private static byte[] code(String contract) {
    String resource = "/META-INF/edgebeat/evm/" + contract + ".json";
    try (InputStream in = Deployer.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("absent");
      }
      return Hex.bytes(Json.parse(in.readAllBytes()).at("bytecode"));
    } catch (IOException e) {
      throw new EdgeBeatException(
          ErrorCode.INTERNAL, RetryAdvice.NEVER, "resource " + resource + ": " + e, e);
    }
  }

  private void send(String what, Optional<Address> to, byte[] data) {
    Call<Block> latest = Chain.block("latest");
    Call<Long> estimate =
        Call.of(
            "eth_estimateGas",
            Hex::number,
            to.isEmpty()
                ? Json.object("from", signer.address().toString(), "data", Hex.of(data))
                : Json.object(
                    "from", signer.address().toString(),
                    "to", to.get().toString(),
                    "data", Hex.of(data)));
    Answers answers = rpc.ask(List.of(latest, estimate));
    if (answers.error(estimate).isPresent()) {
      Answers.NodeError why = answers.error(estimate).get();
      requireCoin(what, why);
      throw new EdgeBeatException(
          ErrorCode.TRANSACTION_FAILED,
          RetryAdvice.AFTER_STATE_CHANGE,
          what + " is refused: " + why.message() + " " + why.data(),
          null);
    }
    Fees fees = GasPolicy.DEFAULT.offer(answers.get(latest).baseFee());
    long gas = answers.get(estimate) / 100 * 125 + 50_000;
    RawTransaction transaction = new RawTransaction(chainId, nonce++, fees, gas, to, Blob.of(data));
    RawTransaction.Signed signed =
        new RawTransaction.Signed(
            transaction,
            signer.sign(
                new SigningRequest.OfTransaction(transaction.digest(), chainId, "deploy " + what)));
    Call<Bytes32> raw =
        Call.of("eth_sendRawTransaction", Hex::bytes32, Json.of(Hex.of(signed.bytes())));
    Answers sent = rpc.ask(List.of(raw));
    sent.error(raw)
        .filter(error -> !error.message().contains("already"))
        .ifPresent(
            error -> {
              requireCoin(what, error);
              throw RpcException.unavailable(what + " is not taken: " + error.message());
            });
    await(what, signed.hash());
  }

  /** Nodes have no code for it, only words that begin alike. */
  private void requireCoin(String what, Answers.NodeError said) {
    if (said.message().toLowerCase(Locale.ROOT).contains("insufficient funds")) {
      throw new EdgeBeatException(
          ErrorCode.INSUFFICIENT_FUNDS,
          RetryAdvice.AFTER_STATE_CHANGE,
          what
              + " is not taken: "
              + said.message()
              + "; "
              + signer.address()
              + " needs more of the chain's own coin for gas",
          null);
    }
  }

  private void await(String what, Bytes32 hash) {
    Call<Optional<Boolean>> receipt =
        Call.of(
            "eth_getTransactionReceipt",
            json ->
                json.isNull() ? Optional.empty() : Optional.of(Hex.number(json.at("status")) == 1),
            Json.of(hash.toString()));
    long start = System.nanoTime();
    while (System.nanoTime() - start < PATIENCE.toNanos()) {
      Optional<Boolean> done = rpc.ask(receipt);
      if (done.isPresent()) {
        if (done.get()) {
          return;
        }
        throw new EdgeBeatException(
            ErrorCode.TRANSACTION_FAILED, what + " failed in transaction " + hash);
      }
      LockSupport.parkNanos(TimeUnit.NANOSECONDS.convert(PAUSE));
      if (Thread.currentThread().isInterrupted()) {
        throw new EdgeBeatException(
            ErrorCode.INTERRUPTED,
            RetryAdvice.SAME_CALL,
            "interrupted while waiting for " + what,
            null);
      }
    }
    throw new EdgeBeatException(
        ErrorCode.TIMED_OUT,
        RetryAdvice.AFTER_STATE_CHANGE,
        what + " is in no block after " + PATIENCE + ": transaction " + hash,
        null);
  }
}
