package io.edgebeat.chain.evm;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.AgreementRecord;
import io.edgebeat.api.ledger.AgreementStatus;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.Finality;
import io.edgebeat.api.ledger.LedgerEvent;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.ledger.ListingRecord;
import io.edgebeat.chain.evm.abi.AbiReader;
import io.edgebeat.chain.evm.abi.AbiWriter;
import io.edgebeat.chain.evm.follow.Chain;
import io.edgebeat.chain.evm.follow.Told;
import io.edgebeat.chain.evm.market.MarketErrors;
import io.edgebeat.chain.evm.rpc.BadAnswerException;
import io.edgebeat.chain.evm.rpc.Call;
import io.edgebeat.chain.evm.rpc.Hex;
import io.edgebeat.chain.evm.rpc.Json;
import io.edgebeat.chain.evm.rpc.RpcException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What the contracts hold. Where two nodes are configured, what two agree on. */
final class EvmReader {
  private static final Amount NOTHING = Amount.zero(Asset.EDG);

  /** How often slot and logs are read until they are of the same moment. */
  private static final int TRIES = 3;

  private static final int REMEMBERED = 1_000;

  private final Chain chain;
  private final Deployment deployment;
  private final int depth;

  /** Logs of listings that were looked for; which one holds is asked each time. */
  private final Map<ListingId, ListingRecord> listings = memory();

  /** Logs of agreements that were looked for. */
  private final Map<AgreementId, History> histories = memory();

  EvmReader(Chain chain, Deployment deployment, int depth) {
    this.chain = chain;
    this.deployment = deployment;
    this.depth = depth;
  }

  private static <K, V> Map<K, V> memory() {
    return Collections.synchronizedMap(
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > REMEMBERED;
          }
        });
  }

  /** What the market keeps in its one word an agreement. */
  private record Slot(AgreementStatus status, Instant closeAt, Amount claimed, Amount topUps) {}

  /** What the market keeps of a listing. */
  private record Listed(Instant until, long sequence) {
    boolean isOf(ListingRecord record) {
      return record.validUntil().equals(until) && record.sequence() == sequence;
    }
  }

  /** All logs of an agreement up to a block that is final. */
  private record History(long last, List<Told> logs) {}

  /** The block up to which everything is so certain. */
  private long blockOf(Finality at) {
    return blockOf(at, chain.head().number());
  }

  private long blockOf(Finality at, long head) {
    long number =
        switch (at) {
          case PENDING -> head;
          case SAFE -> head - (depth + 1) / 2;
          case FINAL -> head - depth;
        };
    return Math.max(0, number);
  }

  /** A view of a contract, which may not be there yet in a block before the first. */
  private <T> Call<T> view(
      Address contract, AbiWriter call, long block, T absent, Function<AbiReader, T> read) {
    return Call.of(
        "eth_call",
        json -> {
          byte[] bytes = Hex.bytes(json);
          if (bytes.length == 0 && block < deployment.firstBlock()) {
            return absent;
          }
          if (bytes.length == 0) {
            throw new BadAnswerException("there is no contract at " + contract);
          }
          try {
            return read.apply(new AbiReader(bytes, 0));
          } catch (IllegalArgumentException | ArithmeticException e) {
            throw new BadAnswerException("a contract returns something else: " + e.getMessage());
          }
        },
        Json.object("to", contract.toString(), "data", Hex.of(call.toBytes())),
        Json.of(Hex.of(block)));
  }

  private static Amount amount(AbiReader r) {
    return new Amount(Asset.EDG, r.uint(96));
  }

  private Amount read(Address contract, AbiWriter call, Finality at) {
    long block = blockOf(at);
    Call<Amount> view = view(contract, call, block, NOTHING, EvmReader::amount);
    return chain.rpc().agreed(List.of(view)).get(view);
  }

  Amount balance(Address account, Finality at) {
    return read(deployment.token(), AbiWriter.call("balanceOf(address)").address(account), at);
  }

  Amount vault(Address account, Finality at) {
    return read(deployment.market(), AbiWriter.call("vaultOf(address)").address(account), at);
  }

  Optional<ListingRecord> listing(ListingId id, Finality at) {
    long block = blockOf(at);
    Call<Listed> view =
        view(
            deployment.market(),
            AbiWriter.call("listingOf(address,bytes32)")
                .address(id.seller())
                .bytes32(id.contentHash()),
            block,
            new Listed(Instant.EPOCH, 0),
            r -> new Listed(Instant.ofEpochSecond(r.number(40)), r.number(64)));
    Listed listed = chain.rpc().agreed(List.of(view)).get(view);
    if (listed.until().equals(Instant.EPOCH)) {
      return Optional.empty();
    }
    ListingRecord known = listings.get(id);
    if (known != null && listed.isOf(known)) {
      return Optional.of(known);
    }
    // The uri is in the log only.
    List<Told> logs =
        chain.logsAbout(
            List.of(word(id.seller()), id.contentHash()),
            deployment.firstBlock(),
            block,
            found -> advertised(found, listed).isPresent());
    ListingRecord found =
        advertised(logs, listed)
            .orElseThrow(
                () -> RpcException.unavailable("nodes leave out the log of listing " + id));
    listings.put(id, found);
    return Optional.of(found);
  }

  private static Optional<ListingRecord> advertised(List<Told> logs, Listed listed) {
    return logs.stream()
        .flatMap(told -> told.events().stream())
        .filter(LedgerEvent.Advertised.class::isInstance)
        .map(event -> ((LedgerEvent.Advertised) event).listing())
        .filter(listed::isOf)
        .findFirst();
  }

  private static Bytes32 word(Address account) {
    byte[] word = new byte[32];
    account.copyTo(word, 12);
    return Bytes32.of(word);
  }

  AgreementRecord agreement(AgreementId id, Finality at) {
    for (int i = 0; i < TRIES; i++) {
      long head = chain.head().number();
      long block = blockOf(at, head);
      Call<Slot> slot =
          view(
              deployment.market(),
              AbiWriter.call("agreementOf(bytes32)").bytes32(id.digest()),
              block,
              new Slot(AgreementStatus.NONE, Instant.EPOCH, NOTHING, NOTHING),
              r ->
                  new Slot(
                      MarketErrors.status((int) r.number(8)),
                      Instant.ofEpochSecond(r.number(40)),
                      amount(r),
                      amount(r)));
      Slot kept = chain.rpc().agreed(List.of(slot)).get(slot);
      if (kept.status() == AgreementStatus.NONE) {
        // The contract's own word; no log can make more of it.
        return new AgreementFold(id).toRecord();
      }
      List<Told> logs = logs(id, block);
      AgreementFold fold = new AgreementFold(id);
      logs.forEach(told -> told.events().forEach(fold::apply));
      AgreementRecord record = fold.toRecord();
      // The contract's own word is what counts; logs only add what it does not keep.
      if (record.status() == kept.status()
          && record.topUps().equals(kept.topUps())
          && (record.status() == AgreementStatus.CLOSED ? record.paid() : record.claimed())
              .equals(kept.claimed())
          && (record.status() != AgreementStatus.CLOSING
              || record.deadline().equals(Optional.of(kept.closeAt())))) {
        remember(id, logs, blockOf(Finality.FINAL, head), block);
        return record;
      }
      histories.remove(id);
    }
    throw RpcException.unavailable(
        "the logs of agreement " + id + " do not give what the market keeps of it");
  }

  /** What is final is remembered; the rest is read from the newest back to where it began. */
  private List<Told> logs(AgreementId id, long block) {
    History history = histories.get(id);
    if (history != null) {
      List<Told> all = new ArrayList<>(history.logs());
      all.removeIf(told -> told.log().block() > block);
      all.addAll(chain.logsAbout(List.of(id.digest()), history.last() + 1, block, found -> false));
      return all;
    }
    return chain.logsAbout(
        List.of(id.digest()),
        deployment.firstBlock(),
        block,
        found ->
            found.stream()
                .anyMatch(t -> t.events().stream().anyMatch(LedgerEvent.Opened.class::isInstance)));
  }

  private void remember(AgreementId id, List<Told> logs, long latest, long read) {
    long last = Math.min(latest, read);
    List<Told> old = logs.stream().filter(told -> told.log().block() <= last).toList();
    History before = histories.get(id);
    // Without its beginning it would have to be looked for again.
    if (!old.isEmpty() && (before == null || before.last() < last)) {
      histories.put(id, new History(last, old));
    }
  }
}
