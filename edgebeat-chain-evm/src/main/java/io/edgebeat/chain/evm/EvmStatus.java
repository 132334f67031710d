package io.edgebeat.chain.evm;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.TransactionId;
import io.edgebeat.api.ledger.TransactionStatus;
import io.edgebeat.chain.evm.follow.Block;
import io.edgebeat.chain.evm.follow.Chain;
import io.edgebeat.chain.evm.follow.Follower;
import io.edgebeat.chain.evm.market.MarketErrors;
import io.edgebeat.chain.evm.rpc.Answers;
import io.edgebeat.chain.evm.rpc.BadAnswerException;
import io.edgebeat.chain.evm.rpc.Call;
import io.edgebeat.chain.evm.rpc.Hex;
import io.edgebeat.chain.evm.rpc.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What became of transactions. Where two nodes are configured, what two agree on. */
final class EvmStatus {
  private static final int REASONS = 1_000;

  private final Chain chain;
  private final EvmSender sender;
  private final Address account;
  private final int depth;

  /** Why transactions have failed, by block and transaction: nodes forget, and it never changes. */
  private final Map<Bytes32, Known> reasons =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Bytes32, Known> eldest) {
          return size() > REASONS;
        }
      };

  private record Known(Bytes32 block, MarketErrors.Refusal refusal) {}

  private record Mined(long block, Bytes32 hash, boolean success) {}

  /** A transaction as a node knows it, in a block or waiting. */
  private record Seen(Address from, Optional<Address> to, long gas, Blob data) {}

  EvmStatus(Chain chain, EvmSender sender, Address account, int depth) {
    this.chain = chain;
    this.sender = sender;
    this.account = account;
    this.depth = depth;
  }

  TransactionStatus of(TransactionId id) {
    Json hash = Json.of(id.hash().toString());
    long head = chain.head().number();
    // Of two nodes one may have a block more: what both have is asked for.
    long last = chain.rpc().size() < 2 ? Long.MAX_VALUE : head;
    Call<Optional<Mined>> receipt =
        Call.of(
            "eth_getTransactionReceipt",
            json ->
                json.isNull() || json.at("blockHash").isNull()
                    ? Optional.empty()
                    : Optional.of(
                            new Mined(
                                Hex.block(json.at("blockNumber")),
                                Hex.bytes32(json.at("blockHash")),
                                Hex.number(json.at("status")) == 1))
                        .filter(mined -> mined.block() <= last),
            hash);
    Optional<Mined> mined = chain.rpc().agreed(List.of(receipt)).get(receipt);
    if (mined.isEmpty() || !isOnChain(mined.get())) {
      return waiting(id, hash, head);
    }
    Mined in = mined.get();
    // The head was asked for first, so what is behind it has come meanwhile.
    Finality finality = Follower.finality(Math.min(in.block(), head), head, depth);
    if (finality == Finality.FINAL) {
      sender.concluded(id.hash(), in.success());
    }
    if (in.success()) {
      return new TransactionStatus.Done(finality, in.block());
    }
    MarketErrors.Refusal why = why(id, in);
    return new TransactionStatus.Failed(why.code(), why.reason(), finality);
  }

  /** A receipt may be of a block that was dropped, by a node that has not noticed. */
  private boolean isOnChain(Mined mined) {
    Call<Optional<Bytes32>> block =
        Call.of(
            "eth_getBlockByNumber",
            json -> json.isNull() ? Optional.empty() : Optional.of(Block.read(json).hash()),
            Json.of(Hex.of(mined.block())),
            new Json.Bool(false));
    return chain.rpc().agreed(List.of(block)).get(block).equals(Optional.of(mined.hash()));
  }

  private TransactionStatus waiting(TransactionId id, Json hash, long head) {
    Optional<Long> own = sender.nonceOf(id.hash());
    if (own.isPresent() && isUsed(own.get(), head).orElse(false)) {
      Optional<TransactionId> other = inPlaceOf(own.get(), head);
      if (other.isPresent() && !other.get().equals(id)) {
        return new TransactionStatus.Replaced(other.get());
      }
    }
    // What waits is no block's, and nodes need not have heard of the same.
    Call<Boolean> seen = Call.of("eth_getTransactionByHash", json -> !json.isNull(), hash);
    return chain.rpc().ask(seen)
        ? new TransactionStatus.Pending()
        : new TransactionStatus.Unknown();
  }

  /**
   * Which transaction of the account has used a nonce: the block by steps that double, back from
   * the newest, for most nodes know the state of the last ones only; then by bisection; then in it.
   */
  private Optional<TransactionId> inPlaceOf(long nonce, long head) {
    long high = head;
    long low = high;
    for (long step = 1; low > 0 && isUsed(nonce, low).orElse(false); step *= 2) {
      high = low;
      low = Math.max(0, low - step);
    }
    if (low < high && isUsed(nonce, low).isEmpty()) {
      // So long ago that nobody knows any more.
      return Optional.empty();
    }
    while (low < high) {
      long middle = low + (high - low) / 2;
      if (isUsed(nonce, middle).orElse(false)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    Call<Optional<TransactionId>> block =
        Call.of(
            "eth_getBlockByNumber",
            json -> {
              for (Json t : json.at("transactions").items()) {
                if (Hex.address(t.at("from")).equals(account)
                    && Hex.number(t.at("nonce")) == nonce) {
                  return Optional.of(new TransactionId(Hex.bytes32(t.at("hash"))));
                }
              }
              return Optional.empty();
            },
            Json.of(Hex.of(high)),
            new Json.Bool(true));
    return chain.rpc().agreed(List.of(block)).get(block);
  }

  /** Whether it was used behind a block; empty when the node does not know the state there. */
  private Optional<Boolean> isUsed(long nonce, long block) {
    Call<Long> then = EvmSender.nonceOf(account, Hex.of(block));
    Answers answers = chain.rpc().agreed(List.of(then));
    return answers.error(then).isPresent()
        ? Optional.empty()
        : Optional.of(answers.get(then) > nonce);
  }

  private MarketErrors.Refusal why(TransactionId id, Mined in) {
    synchronized (reasons) {
      Known known = reasons.get(id.hash());
      if (known != null && known.block().equals(in.hash())) {
        return known.refusal();
      }
    }
    return ask(id, in);
  }

  private MarketErrors.Refusal remember(TransactionId id, Mined in, MarketErrors.Refusal refusal) {
    synchronized (reasons) {
      reasons.put(id.hash(), new Known(in.hash(), refusal));
    }
    return refusal;
  }

  /**
   * A receipt does not say why. The call is repeated on the state behind the block, whose time is
   * that of the failure, and on the state before it when it would succeed there. Where the block
   * holds something else of this market, neither need be the state in which it failed: then a node
   * that traces is asked first. Most do not, and what they cannot tell is answered as if the block
   * held nothing else.
   */
  private MarketErrors.Refusal ask(TransactionId id, Mined in) {
    Call<Seen> transaction =
        Call.of(
            "eth_getTransactionByHash",
            json -> {
              if (json.isNull()) {
                throw new BadAnswerException("a transaction with a receipt is not there");
              }
              return new Seen(
                  Hex.address(json.at("from")),
                  json.at("to").isNull()
                      ? Optional.empty()
                      : Optional.of(Hex.address(json.at("to"))),
                  Hex.number(json.at("gas")),
                  Blob.of(Hex.bytes(json.at("input"))));
            },
            Json.of(id.hash().toString()));
    Seen seen = chain.rpc().agreed(List.of(transaction)).get(transaction);
    byte[] reverted = chain.logs(in.block(), in.block()).isEmpty() ? new byte[0] : traced(id);
    for (long block = in.block(); block >= in.block() - 1 && reverted.length == 0; block--) {
      Call<Boolean> again =
          Call.of(
              "eth_call",
              json -> true,
              Json.object(
                  "from",
                  seen.from().toString(),
                  "to",
                  seen.to().map(Address::toString).orElse(""),
                  "gas",
                  Hex.of(seen.gas()),
                  "data",
                  Hex.of(seen.data().toBytes())),
              Json.of(Hex.of(block)));
      reverted =
          revert(alike(again).flatMap(a -> a.error(again)).map(Answers.NodeError::data).orElse(""));
    }
    MarketErrors.Refusal refusal = MarketErrors.read(seen.data().toBytes(), reverted);
    // A node that only did not know the state may tell the next time.
    return reverted.length == 0 ? refusal : remember(id, in, refusal);
  }

  private byte[] traced(TransactionId id) {
    Call<Blob> trace =
        Call.of(
            "debug_traceTransaction",
            json ->
                Blob.of(
                    json instanceof Json.Obj
                        ? revert(json.at("output").textOrNull())
                        : new byte[0]),
            Json.of(id.hash().toString()),
            Json.object("tracer", "callTracer"));
    return alike(trace)
        .filter(a -> a.error(trace).isEmpty())
        .map(a -> a.get(trace).toBytes())
        .orElse(new byte[0]);
  }

  /** What is said to a call; nothing where two that are needed do not say the same. */
  private Optional<Answers> alike(Call<?> call) {
    try {
      return Optional.of(chain.rpc().agreed(List.of(call)));
    } catch (EdgeBeatException e) {
      if (e.code() != ErrorCode.LEDGER_UNAVAILABLE) {
        throw e;
      }
      // Some gateways cut the line for a method they do not sell; and each kind of node tells of a
      // revert in its own way.
      return Optional.empty();
    }
  }

  private static byte[] revert(@Nullable String data) {
    if (data == null || data.isEmpty()) {
      return new byte[0];
    }
    try {
      return Hex.bytes(Json.of(data));
    } catch (BadAnswerException e) {
      return new byte[0];
    }
  }
}
