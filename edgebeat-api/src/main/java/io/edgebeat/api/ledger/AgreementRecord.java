package io.edgebeat.api.ledger;

import java.time.Instant;
import java.util.Optional;

/**
 * A value: what a ledger holds for one agreement.
 *
 * @param id the agreement
 * @param status the ledger's word
 * @param deposit what the channel was funded with, zero before
 * @param topUps what was added later
 * @param claimed what vouchers have paid the seller so far
 * @param feeHeld the escrowed fee
 * @param deadline from when on anyone may finalize; present while CLOSING
 * @param paid what the seller got in all; zero before the end
 * @param refunded what the buyer got back; zero before the end
 * @param feePaid what the platform got; zero before the end
 */
public record AgreementRecord(
    AgreementId id,
    AgreementStatus status,
    Amount deposit,
    Amount topUps,
    Amount claimed,
    Amount feeHeld,
    Optional<Instant> deadline,
    Amount paid,
    Amount refunded,
    Amount feePaid) {}
