package io.edgebeat.core.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The whole product of states and events of each table, and its rows word for word. */
class TablesTest {
  /** The rows of the protocol as it is written down; a changed table is a changed protocol. */
  private static final List<String> DEAL =
      List.of(
          "NEW OFFER OFFERED",
          "NEW REJECT REJECTED",
          "OFFERED COUNTER OFFERED",
          "OFFERED SIGN SIGNED",
          "OFFERED REJECT REJECTED",
          "OFFERED LAPSE LAPSED",
          "SIGNED LAPSE LAPSED");

  private static final List<String> SELLER =
      List.of(
          "WAITING OPEN_SEEN IN_CONTRACT",
          "WAITING CLOSED_FINAL SETTLED",
          "IN_CONTRACT OPEN_RETRACTED WAITING",
          "IN_CONTRACT IMAGE_READY PROVISIONED",
          "IN_CONTRACT PROVISION_FAILED TERMINATING",
          "IN_CONTRACT IDLE TERMINATING",
          "IN_CONTRACT STOP TERMINATING",
          "IN_CONTRACT CLOSED_FINAL SETTLED",
          "PROVISIONED STARTED RUNNING",
          "PROVISIONED START_FAILED TERMINATING",
          "PROVISIONED STOP STOPPING",
          "PROVISIONED OPEN_RETRACTED STOPPING",
          "RUNNING UNPAID PAUSED",
          "RUNNING STOP STOPPING",
          "RUNNING OPEN_RETRACTED STOPPING",
          "PAUSED PAID RUNNING",
          "PAUSED GRACE_OVER STOPPING",
          "PAUSED STOP STOPPING",
          "PAUSED OPEN_RETRACTED STOPPING",
          "STOPPING ENDED_MORE IN_CONTRACT",
          "STOPPING ENDED_LAST TERMINATING",
          "TERMINATING OPEN_RETRACTED TERMINATING",
          "TERMINATING REOPENED TERMINATING",
          "TERMINATING CLOSED_FINAL SETTLED");

  private static final List<String> BUYER =
      List.of(
          "OPENING OPEN_WITH_TASK PAYING_SETUP",
          "OPENING OPEN_IDLE IDLE",
          "OPENING CLOSED_FINAL DONE",
          "IDLE ORDER PAYING_SETUP",
          "IDLE FINISH SETTLING",
          "IDLE CLOSE_SEEN SETTLING",
          "IDLE OPEN_RETRACTED OPENING",
          "PAYING_SETUP STARTED STREAMING",
          "PAYING_SETUP NOT_STARTED SETTLING",
          "PAYING_SETUP ENDED ENDING",
          "PAYING_SETUP CLOSE_SEEN SETTLING",
          "PAYING_SETUP OPEN_RETRACTED PAYING_SETUP",
          "PAYING_SETUP REOPENED PAYING_SETUP",
          "STREAMING ENDED ENDING",
          "STREAMING CLOSE_SEEN ENDING",
          "STREAMING OPEN_RETRACTED STREAMING",
          "ENDING CHECKED_MORE IDLE",
          "ENDING CHECKED_LAST SETTLING",
          "ENDING OPEN_RETRACTED ENDING",
          "SETTLING OPEN_RETRACTED SETTLING",
          "SETTLING REOPENED SETTLING",
          "SETTLING CLOSED_FINAL DONE");

  private record Subject<S extends Enum<S>, E extends Enum<E>>(
      Table<S, E> table,
      Class<S> states,
      Class<E> events,
      S first,
      Set<S> terminal,
      List<String> rows) {}

  private static final List<Subject<?, ?>> SUBJECTS =
      List.of(
          new Subject<>(
              Tables.DEAL,
              DealState.class,
              DealEvent.class,
              DealState.NEW,
              EnumSet.of(DealState.REJECTED, DealState.LAPSED),
              DEAL),
          new Subject<>(
              Tables.SELLER,
              SellerWork.class,
              SellerEvent.class,
              SellerWork.WAITING,
              EnumSet.of(SellerWork.SETTLED),
              SELLER),
          new Subject<>(
              Tables.BUYER,
              BuyerWork.class,
              BuyerEvent.class,
              BuyerWork.OPENING,
              EnumSet.of(BuyerWork.DONE),
              BUYER));

  @TestFactory
  Stream<DynamicTest> everyPairOfStateAndEventIsARowOrRefusedWithBothNamed() {
    return SUBJECTS.stream().flatMap(TablesTest::product);
  }

  private static <S extends Enum<S>, E extends Enum<E>> Stream<DynamicTest> product(
      Subject<S, E> subject) {
    return Stream.of(subject.states().getEnumConstants())
        .flatMap(
            state ->
                Stream.of(subject.events().getEnumConstants())
                    .map(
                        event ->
                            DynamicTest.dynamicTest(
                                subject.table() + ": " + state + ", " + event,
                                () -> pair(subject, state, event))));
  }

  private static <S extends Enum<S>, E extends Enum<E>> void pair(
      Subject<S, E> subject, S state, E event) {
    Optional<String> row =
        subject.rows().stream().filter(r -> r.startsWith(state + " " + event + " ")).findFirst();
    if (row.isPresent()) {
      assertThat(state + " " + event + " " + subject.table().next(state, event))
          .isEqualTo(row.get());
    } else {
      assertThat(subject.table().find(state, event)).isEmpty();
      assertThatThrownBy(() -> subject.table().next(state, event))
          .isInstanceOf(EdgeBeatException.class)
          .satisfies(
              e -> assertThat(((EdgeBeatException) e).code()).isEqualTo(ErrorCode.WRONG_STATE))
          .hasMessageContaining(state.name())
          .hasMessageContaining(event.name())
          .hasMessageContaining(subject.table().toString());
    }
  }

  @Test
  void theRowsAreThoseOfTheProtocol() {
    for (Subject<?, ?> subject : SUBJECTS) {
      assertThat(
              subject.table().rows().stream()
                  .map(r -> r.from() + " " + r.event() + " " + r.to())
                  .toList())
          .as(subject.table().toString())
          .isEqualTo(subject.rows());
    }
  }

  @Test
  void everyStateIsReachedAndNothingFollowsATerminalOne() {
    SUBJECTS.forEach(TablesTest::reach);
  }

  private static <S extends Enum<S>, E extends Enum<E>> void reach(Subject<S, E> subject) {
    Set<S> reached = EnumSet.of(subject.first());
    Deque<S> open = new ArrayDeque<>(reached);
    while (!open.isEmpty()) {
      S from = open.remove();
      List<S> next =
          subject.table().rows().stream()
              .filter(r -> r.from() == from)
              .map(Table.Row::to)
              .distinct()
              .toList();
      assertThat(next.isEmpty())
          .as(subject.table() + ": " + from + " leads to " + next)
          .isEqualTo(subject.terminal().contains(from));
      next.stream().filter(reached::add).forEach(open::add);
    }
    assertThat(reached).isEqualTo(EnumSet.allOf(subject.states()));
  }

  @Test
  void aTableWithTwoRowsForOnePairIsRefused() {
    assertThatThrownBy(
            () ->
                Table.<DealState, DealEvent>named("twice")
                    .row(DealState.NEW, DealEvent.OFFER, DealState.OFFERED, "")
                    .row(DealState.NEW, DealEvent.OFFER, DealState.SIGNED, "")
                    .build())
        .hasMessageContaining("twice")
        .hasMessageContaining("NEW")
        .hasMessageContaining("OFFER");
  }

  @Test
  void everyStepAlongARowIsCounted() {
    Table<DealState, DealEvent> table =
        Table.<DealState, DealEvent>named("counted")
            .row(DealState.NEW, DealEvent.OFFER, DealState.OFFERED, "")
            .row(DealState.OFFERED, DealEvent.LAPSE, DealState.LAPSED, "")
            .build();
    assertThat(table.next(DealState.NEW, DealEvent.OFFER)).isEqualTo(DealState.OFFERED);
    assertThat(table.next(DealState.NEW, DealEvent.OFFER)).isEqualTo(DealState.OFFERED);
    assertThat(table.rows().stream().map(table::taken)).containsExactly(2L, 0L);
    assertThatThrownBy(() -> table.next(DealState.NEW, DealEvent.LAPSE))
        .hasMessage("counted: LAPSE is not legal in state NEW");
    assertThat(table.rows().stream().map(table::taken)).containsExactly(2L, 0L);
  }

  @Test
  void dealStatesKnowThatTheyAreTerminal() {
    for (DealState state : DealState.values()) {
      assertThat(state.terminal())
          .isEqualTo(Tables.DEAL.rows().stream().noneMatch(r -> r.from() == state));
    }
  }
}
