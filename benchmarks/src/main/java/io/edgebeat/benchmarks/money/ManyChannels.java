package io.edgebeat.benchmarks.money;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.LedgerInfo;
import io.edgebeat.api.net.PeerMessage;
import io.edgebeat.core.codec.RecordCodec;
import io.edgebeat.core.engine.Fact;
import io.edgebeat.core.engine.FactBatch;
import io.edgebeat.core.engine.PartitionKey;
import io.edgebeat.core.engine.Protocol;
import io.edgebeat.core.journal.Journal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The journal of a seller with many open channels: the facts of one real agreement, again and again
 * under other numbers, so that each has an id of its own. All bytes are of the length they really
 * have, and stand in the order in which channels that run at the same time write them. The
 * signatures are those of the one agreement: a replay checks none.
 */
final class ManyChannels {
  private static final RecordCodec<FactBatch> CODEC = RecordCodec.of(FactBatch.class);

  /** Where something stands in a record, and what. */
  private record Place(int record, int offset, int what) {}

  private final List<byte[]> records;
  private final List<Agreement> agreements;
  private final List<Place> places = new ArrayList<>();
  private final Protocol protocol;
  private final Address owner;
  private final SplittableRandom chance = new SplittableRandom(1);

  /**
   * @param ledger the ledger the channels are said to be on
   * @param owner whose journal it is
   */
  ManyChannels(PaidSeller seller, LedgerInfo ledger, Address owner) {
    this.protocol = new Protocol(ledger, seller.protocol.signatures());
    this.owner = owner;
    this.records = seller.history.stream().map(CODEC::encode).toList();
    this.agreements = List.copyOf(agreements(seller));
    Agreement any = agreements.getFirst();
    List<byte[]> wanted = new ArrayList<>();
    wanted.add(seller.key.id().getBytes(StandardCharsets.UTF_8));
    wanted.add(HexFormat.of().parseHex(seller.key.id()));
    wanted.add(any.seller().toBytes());
    wanted.add(any.voucherKey().toBytes());
    agreements.forEach(a -> wanted.add(seller.protocol.id(a).digest().toBytes()));
    for (int record = 0; record < records.size(); record++) {
      for (int what = 0; what < wanted.size(); what++) {
        find(record, what, wanted.get(what));
      }
    }
  }

  private static Set<Agreement> agreements(PaidSeller seller) {
    Set<Agreement> all = new LinkedHashSet<>();
    for (FactBatch batch : seller.history) {
      for (Fact fact : batch.facts()) {
        switch (fact) {
          case Fact.SellerBegan f -> all.add(f.offer().agreement().message());
          case Fact.SignatureOrdered f -> all.add(f.draft().agreement().message());
          case Fact.Heard(long sequence, PeerMessage.OfferMade m) ->
              all.add(m.offer().agreement().message());
          default -> {}
        }
      }
    }
    return all;
  }

  private void find(int record, int what, byte[] bytes) {
    byte[] in = records.get(record);
    for (int at = 0; at + bytes.length <= in.length; at++) {
      if (java.util.Arrays.equals(in, at, at + bytes.length, bytes, 0, bytes.length)) {
        places.add(new Place(record, at, what));
      }
    }
  }

  /** Writes the journal; returns how many bytes its records have. */
  long write(Path directory, int channels) {
    List<List<byte[]>> all = new ArrayList<>();
    for (int i = 0; i < channels; i++) {
      all.add(numbers());
    }
    long bytes = 0;
    long last = 0;
    try (Journal journal = Journals.open(directory)) {
      // What a seller journals first of all.
      FactBatch first =
          new FactBatch(
              PartitionKey.LISTINGS,
              Instant.EPOCH,
              List.of(new Fact.SecretDrawn("receiptKey", Secret.of(random(32)))));
      journal.append(CODEC.encode(first), Journals.FAIL);
      for (int record = 0; record < records.size(); record++) {
        for (List<byte[]> numbers : all) {
          byte[] copy = records.get(record).clone();
          for (Place place : places) {
            if (place.record == record) {
              byte[] number = numbers.get(place.what);
              System.arraycopy(number, 0, copy, place.offset, number.length);
            }
          }
          last = journal.append(copy, Journals.FAIL);
          bytes += copy.length;
        }
      }
      Journals.awaitDurable(journal, last);
    }
    return bytes;
  }

  private List<byte[]> numbers() {
    byte[] negotiation = random(16);
    Address voucherKey = Address.of(random(20));
    List<byte[]> numbers = new ArrayList<>();
    numbers.add(HexFormat.of().formatHex(negotiation).getBytes(StandardCharsets.UTF_8));
    numbers.add(negotiation);
    numbers.add(owner.toBytes());
    numbers.add(voucherKey.toBytes());
    for (Agreement a : agreements) {
      AgreementId id =
          protocol.id(
              new Agreement(
                  a.buyer(),
                  owner,
                  voucherKey,
                  a.deposit(),
                  a.fee(),
                  a.openBy(),
                  a.expiry(),
                  a.challenge(),
                  a.tenant(),
                  a.policy(),
                  a.funding(),
                  a.termsHash()));
      numbers.add(id.digest().toBytes());
    }
    return numbers;
  }

  private byte[] random(int length) {
    byte[] bytes = new byte[length];
    chance.nextBytes(bytes);
    return bytes;
  }
}
