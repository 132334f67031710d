package io.edgebeat.core.settle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.AgreementId;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.Edg;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.market.Price;
import io.edgebeat.api.market.Terms;
import io.edgebeat.api.market.TickUnit;
import io.edgebeat.api.market.VerificationTier;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.HostProfile;
import io.edgebeat.api.task.Invoice;
import io.edgebeat.api.task.ResourceSpec;
import io.edgebeat.api.task.Usage;
import io.edgebeat.core.document.Documents;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InvoicesTest {
  private static final long SEED = Long.getLong("edgebeat.seed", 20_260_101L);
  private static final AgreementId ID = AgreementId.parse("6a".repeat(32));
  private static final Address BUYER = Address.parse("b0".repeat(20));
  private static final Address SELLER = Address.parse("5e".repeat(20));

  @Test
  void everyTokenIsAccountedFor() {
    Random random = new Random(SEED);
    for (int i = 0; i < 2_000; i++) {
      Amount perTick = Edg.units(1 + random.nextInt(50));
      Amount setup = Edg.units(random.nextInt(50));
      Amount result = Edg.units(random.nextInt(50));
      long ticks = random.nextInt(100);
      boolean withResult = random.nextBoolean();
      Amount fee = Edg.units(random.nextInt(100));
      Amount paid = setup.plus(perTick.times(ticks)).plus(withResult ? result : Edg.units(0));
      Amount topUps = Edg.units(random.nextInt(100));
      Amount deposit = paid.plus(Edg.units(random.nextInt(100)));
      Invoice invoice =
          Invoices.of(
              ID,
              agreement(deposit, fee),
              terms(perTick, setup, result),
              topUps,
              paid,
              ticks,
              List.of());

      assertThat(invoice.paid().plus(invoice.fee()).plus(invoice.refunded()))
          .as("seed %s", SEED)
          .isEqualTo(deposit.plus(topUps).plus(fee));
      assertThat(invoice.fee()).isEqualTo(fee.min(paid));
      assertThat(Invoices.resultAmount(invoice))
          .isEqualTo(withResult && !paid.isZero() ? result : Edg.units(0));
      assertThat(Documents.readInvoice(Documents.invoice(invoice))).isEqualTo(invoice);
    }
  }

  @Test
  void nothingPaidIsNoSetUpEither() {
    Invoice invoice =
        Invoices.of(
            ID,
            agreement(Edg.units(100), Edg.units(7)),
            terms(Edg.units(3), Edg.units(10), Edg.units(0)),
            Edg.units(0),
            Edg.units(0),
            0,
            List.of());
    assertThat(invoice.setup()).isEqualTo(Edg.units(0));
    assertThat(invoice.fee()).isEqualTo(Edg.units(0));
    assertThat(invoice.refunded()).isEqualTo(Edg.units(107));
  }

  @Test
  void amountsThatDoNotAddUpAreRefused() {
    Agreement agreement = agreement(Edg.units(100), Edg.units(7));
    Terms terms = terms(Edg.units(3), Edg.units(10), Edg.units(20));
    Amount none = Edg.units(0);
    assertRefused(
        () -> Invoices.of(ID, agreement, terms, none, Edg.units(14), 1, List.of()),
        "is not set-up 0.00000000000000001 EDG and 1 ticks");
    assertRefused(
        () -> Invoices.of(ID, agreement, terms, none, Edg.units(0), 1, List.of()), "is not set-up");
    assertRefused(
        () -> Invoices.of(ID, agreement, terms, none, Edg.units(101), 1, List.of()),
        "is more than deposit and top-ups");
    assertRefused(
        () -> Invoices.of(ID, agreement, terms, none, Edg.units(13), -1, List.of()), "-1 ticks");
    Invoice wrong =
        new Invoice(
            ID,
            BUYER,
            SELLER,
            none,
            none,
            none,
            none,
            Edg.units(1),
            0,
            none,
            none,
            Edg.units(1),
            List.of());
    assertRefused(() -> InvoiceText.of(wrong), "does not add up");
  }

  @Test
  void theTextIsForPeople() {
    Invoice invoice =
        Invoices.of(
            ID,
            agreement(Edg.of("1"), Edg.of("0.01")),
            terms(Edg.of("0.000001"), Edg.of("0.1"), Edg.of("0.05")),
            Edg.of("0.25"),
            Edg.of("0.15006"),
            60,
            List.of(
                new Invoice.Line(
                    1,
                    ContentId.ofRaw(new byte[] {1}),
                    "Completed\u001b[31m\u00e9",
                    Optional.of(ContentId.ofRaw(new byte[] {2})),
                    new Usage(1, 2, 3, 4, 5, Map.of("thermometer", 6L)))));
    assertThat(InvoiceText.of(invoice))
        .isEqualTo(
            """
            INVOICE
            agreement  0x%s
            buyer      0x%s
            seller     0x%s

            set-up                                                             0.1 EDG
            ticks                  60 x 0.000001 EDG                       0.00006 EDG
            result                                                            0.05 EDG
            --------------------------------------------------------------------------
            paid to the seller                                             0.15006 EDG
            platform fee           of 0.01 EDG escrowed                       0.01 EDG
            refunded to the buyer                                          1.09994 EDG
            --------------------------------------------------------------------------
            total                  deposit 1 EDG + top-ups 0.25 EDG + fee     1.26 EDG

            task 1  Completed?[31m?
              image   %s
              result  %s
              usage   fuel 1, cpu 2 ns, memory 3 byte-seconds, in 4 bytes, out 5 bytes, thermometer 6 messages
            """
                .formatted(
                    "6a".repeat(32),
                    "b0".repeat(20),
                    "5e".repeat(20),
                    ContentId.ofRaw(new byte[] {1}),
                    ContentId.ofRaw(new byte[] {2})));
  }

  private static Agreement agreement(Amount deposit, Amount fee) {
    return new Agreement(
        BUYER,
        SELLER,
        BUYER,
        deposit,
        fee,
        Instant.EPOCH,
        Instant.EPOCH,
        Duration.ofHours(1),
        0,
        0,
        Agreement.Funding.WALLET,
        Bytes32.ZERO);
  }

  private static Terms terms(Amount perTick, Amount setup, Amount result) {
    return new Terms(
        new ListingId(SELLER, Bytes32.ZERO),
        1,
        "wasm",
        Optional.empty(),
        ExecutionLimits.DEFAULTS,
        ResourceSpec.NONE,
        new Price(perTick, TickUnit.seconds(1), setup),
        1,
        1,
        1,
        result,
        SELLER,
        HostProfile.NOTHING,
        Map.of(),
        VerificationTier.T0,
        Bytes32.ZERO);
  }

  private static void assertRefused(Runnable call, String message) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            EdgeBeatException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
        .hasMessageContaining(message);
  }

  @Test
  void anotherAssetIsRefused() {
    assertThatThrownBy(
            () ->
                Invoices.of(
                    ID,
                    agreement(Edg.units(100), Edg.units(7)),
                    terms(Edg.units(3), Edg.units(10), Edg.units(0)),
                    Amount.of(new Asset("OTHER", 2), 1),
                    Edg.units(13),
                    1,
                    List.of()))
        .isInstanceOf(EdgeBeatException.class);
  }
}
