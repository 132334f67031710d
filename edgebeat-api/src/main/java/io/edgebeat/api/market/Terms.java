package io.edgebeat.api.market;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.ListingId;
import io.edgebeat.api.storage.ContentId;
import io.edgebeat.api.task.ExecutionLimits;
import io.edgebeat.api.task.HostProfile;
import io.edgebeat.api.task.ResourceSpec;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A value: everything two parties agree on that the ledger need not see. Versioned canonical JSON;
 * its sha2-256 is the {@code termsHash} of the agreement.
 *
 * @param listing the listing it is based on
 * @param listingSequence the listing's sequence, so that a renewed listing is noticed
 * @param workloadType what kind of workload may run
 * @param image the one program that may run; empty for any of that type
 * @param limits what each task may use
 * @param resources the capacity that is reserved
 * @param price what is charged
 * @param maxTasks how many tasks may run, one at a time, at least 1
 * @param maxUnpaidTicks how many ticks may be begun before they are paid
 * @param window how many ticks may be paid before they are delivered, at least 1
 * @param resultAmount what is held back until the result is there; zero for nothing
 * @param receiptKey the plain key that signs the seller's receipts
 * @param hostProfile what a workload may see of its host
 * @param capabilities how many units a message counts, by capability
 * @param tier how the buyer makes sure of the result
 * @param salt 32 random bytes that make two equal agreements differ
 */
public record Terms(
    ListingId listing,
    long listingSequence,
    String workloadType,
    Optional<ContentId> image,
    ExecutionLimits limits,
    ResourceSpec resources,
    Price price,
    int maxTasks,
    int maxUnpaidTicks,
    int window,
    Amount resultAmount,
    Address receiptKey,
    HostProfile hostProfile,
    Map<String, Long> capabilities,
    VerificationTier tier,
    Bytes32 salt) {

  /**
   * Checks and copies.
   *
   * @throws EdgeBeatException {@code INVALID_ARGUMENT} naming the value
   */
  public Terms {
    Objects.requireNonNull(listing, "listing");
    Objects.requireNonNull(workloadType, "workloadType");
    Objects.requireNonNull(image, "image");
    Objects.requireNonNull(limits, "limits");
    Objects.requireNonNull(resources, "resources");
    Objects.requireNonNull(price, "price");
    Objects.requireNonNull(resultAmount, "resultAmount");
    Objects.requireNonNull(receiptKey, "receiptKey");
    Objects.requireNonNull(hostProfile, "hostProfile");
    Objects.requireNonNull(tier, "tier");
    Objects.requireNonNull(salt, "salt");
    capabilities = Collections.unmodifiableSortedMap(new TreeMap<>(capabilities));
    if (maxTasks < 1 || maxUnpaidTicks < 0 || window < 1) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT,
          "terms need maxTasks >= 1, maxUnpaidTicks >= 0 and window >= 1, found "
              + maxTasks
              + ", "
              + maxUnpaidTicks
              + " and "
              + window);
    }
  }

  /**
   * The most each side can lose by the other's dishonesty.
   *
   * @param agreement the agreement these terms belong to
   * @param lease whether the seller's executor ends an unpaid execution also when its node is dead
   * @return both maximum losses
   */
  public MaximumLoss maximumLoss(Agreement agreement, boolean lease) {
    Amount seller =
        lease ? price.perTick().times(maxUnpaidTicks).plus(resultAmount) : agreement.deposit();
    Amount buyer = price.perTick().times(window).plus(price.setup()).plus(agreement.fee());
    Optional<Amount> withheld =
        resultAmount.isZero() ? Optional.of(agreement.total()) : Optional.empty();
    return new MaximumLoss(buyer, seller, withheld);
  }
}
