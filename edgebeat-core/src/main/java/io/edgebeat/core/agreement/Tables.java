package io.edgebeat.core.agreement;

import static io.edgebeat.core.agreement.BuyerWork.DONE;
import static io.edgebeat.core.agreement.BuyerWork.ENDING;
import static io.edgebeat.core.agreement.BuyerWork.IDLE;
import static io.edgebeat.core.agreement.BuyerWork.OPENING;
import static io.edgebeat.core.agreement.BuyerWork.PAYING_SETUP;
import static io.edgebeat.core.agreement.BuyerWork.SETTLING;
import static io.edgebeat.core.agreement.BuyerWork.STREAMING;
import static io.edgebeat.core.agreement.SellerWork.IN_CONTRACT;
import static io.edgebeat.core.agreement.SellerWork.PAUSED;
import static io.edgebeat.core.agreement.SellerWork.PROVISIONED;
import static io.edgebeat.core.agreement.SellerWork.RUNNING;
import static io.edgebeat.core.agreement.SellerWork.SETTLED;
import static io.edgebeat.core.agreement.SellerWork.STOPPING;
import static io.edgebeat.core.agreement.SellerWork.TERMINATING;
import static io.edgebeat.core.agreement.SellerWork.WAITING;

/** The rows of deal and work; the rows of money are in {@link MoneyTable}. */
public final class Tables {
  private static final String SENT_AGAIN = "sent again while openBy allows; nothing is paid";
  private static final String CLOCK = "its clock starts again";

  private Tables() {}

  /** How the two come to terms. */
  public static final Table<DealState, DealEvent> DEAL =
      Table.<DealState, DealEvent>named("deal")
          .row(
              DealState.NEW,
              DealEvent.OFFER,
              DealState.OFFERED,
              "listing live, policy allows, funds seen")
          .row(DealState.NEW, DealEvent.REJECT, DealState.REJECTED, "funds or listing missing")
          .row(DealState.OFFERED, DealEvent.COUNTER, DealState.OFFERED, "at most N rounds")
          .row(DealState.OFFERED, DealEvent.SIGN, DealState.SIGNED, "same digest")
          .row(DealState.OFFERED, DealEvent.REJECT, DealState.REJECTED, "")
          .row(DealState.OFFERED, DealEvent.LAPSE, DealState.LAPSED, "TTL")
          .row(DealState.SIGNED, DealEvent.LAPSE, DealState.LAPSED, "openBy passed or cancelled")
          .build();

  /** The seller's work; money is OPEN unless said. */
  public static final Table<SellerWork, SellerEvent> SELLER =
      Table.<SellerWork, SellerEvent>named("seller's work")
          .row(WAITING, SellerEvent.OPEN_SEEN, IN_CONTRACT, "depth or reorgCap")
          .row(WAITING, SellerEvent.CLOSED_FINAL, SETTLED, "")
          .row(IN_CONTRACT, SellerEvent.OPEN_RETRACTED, WAITING, "")
          .row(IN_CONTRACT, SellerEvent.IMAGE_READY, PROVISIONED, "setup and tick 1 held")
          .row(IN_CONTRACT, SellerEvent.PROVISION_FAILED, TERMINATING, "")
          .row(IN_CONTRACT, SellerEvent.IDLE, TERMINATING, "idleTimeout or no further task")
          .row(IN_CONTRACT, SellerEvent.STOP, TERMINATING, "CLOSING seen or expiry near")
          .row(IN_CONTRACT, SellerEvent.CLOSED_FINAL, SETTLED, "")
          .row(PROVISIONED, SellerEvent.STARTED, RUNNING, "begun - paid <= m")
          .row(PROVISIONED, SellerEvent.START_FAILED, TERMINATING, "")
          .row(PROVISIONED, SellerEvent.STOP, STOPPING, "")
          .row(PROVISIONED, SellerEvent.OPEN_RETRACTED, STOPPING, "")
          .row(RUNNING, SellerEvent.UNPAID, PAUSED, "next tick not paid within m")
          .row(RUNNING, SellerEvent.STOP, STOPPING, "")
          .row(RUNNING, SellerEvent.OPEN_RETRACTED, STOPPING, "")
          .row(PAUSED, SellerEvent.PAID, RUNNING, "")
          .row(PAUSED, SellerEvent.GRACE_OVER, STOPPING, "")
          .row(PAUSED, SellerEvent.STOP, STOPPING, "")
          .row(PAUSED, SellerEvent.OPEN_RETRACTED, STOPPING, "")
          .row(STOPPING, SellerEvent.ENDED_MORE, IN_CONTRACT, "maxTasks > taskNo")
          .row(STOPPING, SellerEvent.ENDED_LAST, TERMINATING, "")
          .row(TERMINATING, SellerEvent.OPEN_RETRACTED, TERMINATING, "its capacity is freed")
          .row(TERMINATING, SellerEvent.REOPENED, TERMINATING, "settled after all")
          .row(TERMINATING, SellerEvent.CLOSED_FINAL, SETTLED, "")
          .build();

  /** The buyer's work. */
  public static final Table<BuyerWork, BuyerEvent> BUYER =
      Table.<BuyerWork, BuyerEvent>named("buyer's work")
          .row(OPENING, BuyerEvent.OPEN_WITH_TASK, PAYING_SETUP, "depth")
          .row(OPENING, BuyerEvent.OPEN_IDLE, IDLE, "depth")
          .row(OPENING, BuyerEvent.CLOSED_FINAL, DONE, "")
          .row(IDLE, BuyerEvent.ORDER, PAYING_SETUP, "maxTasks > taskNo")
          .row(IDLE, BuyerEvent.FINISH, SETTLING, "")
          .row(IDLE, BuyerEvent.CLOSE_SEEN, SETTLING, "")
          .row(IDLE, BuyerEvent.OPEN_RETRACTED, OPENING, SENT_AGAIN)
          .row(PAYING_SETUP, BuyerEvent.STARTED, STREAMING, "")
          .row(PAYING_SETUP, BuyerEvent.NOT_STARTED, SETTLING, "")
          .row(PAYING_SETUP, BuyerEvent.ENDED, ENDING, "")
          .row(PAYING_SETUP, BuyerEvent.CLOSE_SEEN, SETTLING, "")
          .row(PAYING_SETUP, BuyerEvent.OPEN_RETRACTED, PAYING_SETUP, SENT_AGAIN)
          .row(PAYING_SETUP, BuyerEvent.REOPENED, PAYING_SETUP, CLOCK)
          .row(STREAMING, BuyerEvent.ENDED, ENDING, "")
          .row(STREAMING, BuyerEvent.CLOSE_SEEN, ENDING, "")
          .row(STREAMING, BuyerEvent.OPEN_RETRACTED, STREAMING, SENT_AGAIN)
          .row(ENDING, BuyerEvent.CHECKED_MORE, IDLE, "maxTasks > taskNo")
          .row(ENDING, BuyerEvent.CHECKED_LAST, SETTLING, "")
          .row(ENDING, BuyerEvent.OPEN_RETRACTED, ENDING, SENT_AGAIN)
          .row(SETTLING, BuyerEvent.OPEN_RETRACTED, SETTLING, SENT_AGAIN)
          .row(SETTLING, BuyerEvent.REOPENED, SETTLING, CLOCK)
          .row(SETTLING, BuyerEvent.CLOSED_FINAL, DONE, "")
          .build();
}
