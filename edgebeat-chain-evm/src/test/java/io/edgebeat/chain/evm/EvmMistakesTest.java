package io.edgebeat.chain.evm;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgebeat.testkit.fault.PlantedMistake;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each defence, taken away, is missed by the test that shows it. */
@Tag("planted")
@Execution(ExecutionMode.CONCURRENT)
class EvmMistakesTest {
  private static final String ROOM = "io.edgebeat.chain.evm";

  /**
   * A test that has not ended by then has found something; without a mistake the longest takes 3 s.
   */
  private static final long PATIENCE = 10;

  @TempDir private Path directory;

  /**
   * One mistake.
   *
   * @param name what is wrong
   * @param type where
   * @param right what stands there
   * @param wrong what stands there instead
   * @param trial class and method of the test that finds it
   */
  record Mistake(String name, String type, String right, String wrong, String trial) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Mistake> mistakes() {
    return Stream.of(
        new Mistake(
            "what a node said once counts for ever",
            "tx/Nonces",
            "given.floorEntry(onChain);",
            "given.lastEntry();",
            "EvmSenderTest#aNonceThatOneNodeSaidOnceIsForgotten"),
        new Mistake(
            "any nonce is believed",
            "EvmSender",
            "if (nonce >= NO_NONCE) {",
            "if (false) {",
            "EvmSenderTest#aNonceThatOneNodeSaidOnceIsForgotten"),
        new Mistake(
            "what is final is given out again",
            "tx/Nonces",
            "occupy(0, use.nonces.getLast());",
            "",
            "tx.NoncesTest#whatIsFinalIsGoneWhateverANodeSaysLater"),
        new Mistake(
            "what was sent before a restart is given back",
            "Allowances",
            "nonces.sent(id, bundle.nonces());",
            "nonces.signed(id, bundle.nonces());",
            "EvmSenderTest#whatWasJournaledBeforeARestartIsNotGivenBack"),
        new Mistake(
            "an approval stays below a permit",
            "Allowances",
            "} while (!permits.subMap(approval, taken.getLast()).isEmpty());",
            "} while (taken.size() < 2);",
            "AllowancesTest#anApprovalIsAboveThePermitThatStandsBetweenAndTheGapIsFilled"),
        new Mistake(
            "an approval counts whatever has become of it",
            "Allowances",
            "approval >= seen && ",
            "",
            "AllowancesTest#anApprovalThatAPermitHasUndoneIsMadeAnew"),
        new Mistake(
            "an approval below what is final is under way",
            "Allowances",
            "approvals.headSet(last).clear();",
            "approvals.remove(nonces.of(id).getFirst());",
            "AllowancesTest#anApprovalThatAPermitHasUndoneIsMadeAnew"),
        new Mistake(
            "all nodes speak like one",
            "EvmSender",
            ".replaceAll(\"[^a-z]\", \"\")",
            "",
            "EvmSenderTest#whatNodesRefuseIsUnderstood"),
        new Mistake(
            "nobody is ever behind",
            "rpc/Heights",
            "return reference - head > limits.maxBehind();",
            "return false;",
            "SeveralNodesTest#ofTwoOneThatIsBehindStopsWhatMoneyRestsOn"),
        new Mistake(
            "a head that stands still is fine",
            "rpc/Heights",
            "now - before.since() > limits.maxStill().toNanos()",
            "false",
            "SeveralNodesTest#aHeadThatDoesNotMoveIsNamedWithinTwoPolls"),
        new Mistake(
            "the highest head of all counts",
            "rpc/Heights",
            "sorted.get(last < 2 ? last : last - 1)",
            "sorted.get(last)",
            "SeveralNodesTest#aNodeThatStandsStillIsNamedAndDoesNotCount"),
        new Mistake(
            "the first of two is believed",
            "rpc/Rpc",
            "if (differing.isEmpty()) {",
            "if (true) {",
            "SeveralNodesTest#logsThatAreLeftOutOrRepeatedAreNoticed"),
        new Mistake(
            "a refusal is no answer of two",
            "rpc/Rpc",
            "if (refused != null) {\n      // Not two",
            "if (false) {\n      // Not two",
            "HistoryTest#ofTwoNodesTheSmallerLimitCounts"),
        new Mistake(
            "logs may come twice",
            "follow/Chain",
            "if (!after) {",
            "if (false) {",
            "SeveralNodesTest#logsThatAreLeftOutOrRepeatedAreNoticed"),
        new Mistake(
            "logs need not fit the contract's word",
            "EvmReader",
            "if (record.status() == kept.status()",
            "if (true || record.status() == kept.status()",
            "SeveralNodesTest#logsThatAreLeftOutOrRepeatedAreNoticed"),
        new Mistake(
            "a listing is remembered whatever the contract says",
            "EvmReader",
            "known != null && listed.isOf(known)",
            "known != null",
            "EvmMoneyContractTest#aListingCostsItsFee"),
        new Mistake(
            "ranges overlap",
            "follow/Chain",
            "at = end + 1;",
            "at = Math.max(at + 1, end);",
            "HistoryTest#rangesShrinkAndGrowWithWhatIsTaken"),
        new Mistake(
            "one that is a little behind takes back",
            "follow/Follower",
            "if (tip != null && isKnown(head.number(), head.hash())) {",
            "if (tip != null && tip.getValue().block().hash().equals(head.hash())) {",
            "SeveralNodesTest#aLittleBehindRetractsNothing"),
        new Mistake(
            "events are taken back in their order",
            "follow/Follower",
            "lost.events().reversed()",
            "lost.events()",
            "ReorganisationTest#everyStepSurvivesEveryDepth"),
        new Mistake(
            "the parent is not checked",
            "follow/Follower",
            "return node != null && node.block().hash().equals(hash);",
            "return node != null;",
            "ReorganisationTest#everyStepSurvivesEveryDepth"),
        new Mistake(
            "what was dropped while nobody looked is not told",
            "follow/Follower",
            "known.containsKey(at.hash()) && !isOnChain(at)",
            "false",
            "ReorganisationTest#whatWasTakenBackLongAgoIsTold"),
        new Mistake(
            "a gap is left out",
            "tx/Nonces",
            "given.floorEntry(onChain);",
            "given.lastEntry();",
            "EvmSenderTest#aBundleLeavesNoGap"),
        new Mistake(
            "an allowance that is given back is forgotten",
            "Allowances",
            "approvalOwed |= nonces.isFollowed(nonce);",
            "approvalOwed |= false;",
            "EvmSenderTest#anAllowanceThatIsGivenBackIsMadeByTheNext"),
        new Mistake(
            "what was replaced cannot be sent again",
            "EvmSender",
            "if (says(error.get(), UNDERPRICED)",
            "if (false",
            "EvmSenderTest#whatWasReplacedCanBeSentAgainAndChangesNothing"),
        new Mistake(
            "what waits already cannot be sent again",
            "EvmSender",
            "if (error.isEmpty() || says(error.get(), KNOWN)) {",
            "if (error.isEmpty()) {",
            "CensorshipTest#theClaimIsInBeforeTheDeadline"),
        new Mistake(
            "after a restart nonces begin anew",
            "Allowances",
            "nonces.sent(id, bundle.nonces());",
            "",
            "EvmSenderTest#aBundleSurvivesARestart"),
        new Mistake(
            "two permits are under way",
            "Allowances",
            "|| isUsable(now)",
            "",
            "AllowancesTest#thereIsNoSecondPermitWhileOneCanBeUsed"),
        new Mistake(
            "a permit that failed is forgotten",
            "Allowances",
            "if (success) {",
            "if (true) {",
            "AllowancesTest#aPermitThatFailedCountsUntilItsDeadlineAndOneThatWasUsedNoLongerThanFinal"),
        new Mistake(
            "a permit that was used is remembered",
            "Allowances",
            "if (success) {",
            "if (false) {",
            "AllowancesTest#aPermitThatFailedCountsUntilItsDeadlineAndOneThatWasUsedNoLongerThanFinal"),
        new Mistake(
            "a permit is signed for any token",
            "Allowances",
            "|| !Arrays.equals(answers.get(separator), token.separator().toBytes())",
            "",
            "AllowancesTest#thereAreNoPermitsForATokenOfAnotherDomain"),
        new Mistake(
            "an approval before a permit is counted on behind it",
            "Allowances",
            "&& permits.subMap(approval, nonce).isEmpty()",
            "",
            "AllowancesTest#anApprovalInAGapBeforeAPermitIsNotCountedOnBehindIt"),
        new Mistake(
            "a journaled permit is forgotten",
            "Allowances",
            "ifPresent(deadline -> permits.put(t.nonce(), deadline));",
            "ifPresent(deadline -> {});",
            "AllowancesTest#aPermitThatWasNeverSentIsGivenBackAndOneThatWasJournaledIsRemembered"),
        new Mistake(
            "a permit that was never sent is not given back",
            "Allowances",
            "permits.remove(nonce);",
            "",
            "AllowancesTest#aPermitThatWasNeverSentIsGivenBackAndOneThatWasJournaledIsRemembered"),
        new Mistake(
            "a signer must sign permits",
            "EvmSender",
            "if (e.code() != ErrorCode.SIGNING_REFUSED) {",
            "if (true) {",
            "AllowancesTest#aSignerMayRefusePermits"),
        new Mistake(
            "what a gate needs is not asked",
            "GasEstimates",
            "return gated || varies;",
            "return varies;",
            "GasEstimatesTest#whatMayRunOrLastLongerIsAlwaysAsked"),
        new Mistake(
            "all ask again at once",
            "GasEstimates",
            "known.put(command.name(), head + BLOCKS);\n    }\n    return",
            "\n    }\n    return",
            "GasEstimatesTest#whatFitsByFarIsAskedOnceInAWhile"),
        new Mistake(
            "old states are asked for",
            "EvmStatus",
            "low = Math.max(0, low - step);",
            "low = 0;",
            "EvmSenderTest#whatReplacedItIsFoundWithoutOldStates"),
        new Mistake(
            "gas may cost anything",
            "tx/GasPolicy",
            "if (now.compareTo(cap) > 0) {",
            "if (false) {",
            "EvmSenderTest#aboveTheCapNothingIsSigned"),
        new Mistake(
            "a node may be on another chain",
            "EvmInfo",
            "answers.get(chain) != deployment.chainId()",
            "false",
            "ConnectTest#aNodeOfAnotherChainIsNamed"),
        new Mistake(
            "who goes together gets another's answers",
            "rpc/Requests",
            "from = to;",
            "",
            "rpc.RequestsTest#whatWaitsGoesTogetherAndEachGetsItsOwn"),
        new Mistake(
            "who was refused together does not ask alone",
            "rpc/Requests",
            "Turn inVain = new Turn.Alone();",
            "Turn inVain = new Turn.Silent(\"\");",
            "rpc.RequestsTest#whatIsNotTakenTogetherIsAskedAlone"),
        new Mistake(
            "another question gets the same answer",
            "rpc/JsonRpc",
            "new Question(call.method(), call.params())",
            "new Question(call.method(), List.of())",
            "rpc.RequestsTest#whatSeveralAskIsAskedOnceAndWhatIsDoneIsDoneAsOftenAsAsked"),
        new Mistake(
            "what is sent twice goes once",
            "rpc/JsonRpc",
            " && !call.method().startsWith(\"eth_send\")",
            "",
            "rpc.RequestsTest#whatSeveralAskIsAskedOnceAndWhatIsDoneIsDoneAsOftenAsAsked"),
        new Mistake(
            "any certificate is this host's",
            "rpc/Tls",
            "parameters.setEndpointIdentificationAlgorithm(\"HTTPS\");",
            "",
            "TlsTest#aNodeIsAskedWhenItsCertificateIsGoodAndElseToldNothing"),
        new Mistake(
            "each byte has a time of its own",
            "rpc/Wire",
            "      // Also while there is always something to read.\n      left();",
            "      end = System.nanoTime() + 1_000_000_000L;",
            "TlsTest#aHandshakeThatDripsHoldsNoCall"),
        new Mistake(
            "who reads nothing is waited for",
            "rpc/Wire",
            "selector.select(left());",
            "left();\n      selector.select();",
            "rpc.MessagesTest#whoReadsNothingHoldsNobody"),
        new Mistake(
            "a connection that is out of step is kept",
            "rpc/MessageChannel",
            "    } catch (IOException | RuntimeException e) {\n      drop(messages);",
            "    } catch (BadAnswerException e) {\n      idle.addFirst(messages);\n      throw e;\n"
                + "    } catch (IOException | RuntimeException e) {\n      drop(messages);",
            "rpc.MessagesTest#aConnectionThatIsOutOfStepIsNotUsedAgain"),
        new Mistake(
            "connections that are dead are kept",
            "rpc/MessageChannel",
            "for (Messages other = idle.pollFirst();",
            "for (Messages other = null;",
            "rpc.RpcTest#keptConnectionsThatAreDeadCostOneTimeOut"),
        new Mistake(
            "who closes does not reach what is being opened",
            "rpc/MessageChannel",
            "    open.add(fresh);\n",
            "",
            "rpc.MessagesTest#closingEndsWhatIsBeingOpened"),
        new Mistake(
            "too many results are too many questions",
            "rpc/Ranges",
            "(!is(call) || OFTEN.matcher(said.message()).find())",
            "true",
            "rpc.RpcTest#tooManyResultsAreTooWideARange"),
        new Mistake(
            "who asks too often asks for less",
            "rpc/Ranges",
            "(!is(call) || OFTEN.matcher(said.message()).find())",
            "!is(call)",
            "rpc.RpcTest#whoAsksTooOftenOrWithoutRightDoesNotAskForLess"),
        new Mistake(
            "a node that is dead is asked for ever less",
            "rpc/Endpoint",
            "if (tooWide.isPresent() && !Ranges.isSilence(e)) {",
            "if (tooWide.isPresent()) {",
            "rpc.RpcTest#aSilentNodeIsAskedForLessAFewTimes"),
        new Mistake(
            "a batch is longer than the rate gives",
            "rpc/Endpoint",
            ": Math.min(limits.maxBatch(), limits.callsPerSecond());",
            ": limits.maxBatch();",
            "rpc.RpcTest#batchesAreNoLongerThanTheRateAndWaitingForItIsNobodysFailure"),
        new Mistake(
            "a node is blamed for our own rate",
            "rpc/Endpoint",
            "        // Our own doing, not the node's: below, its failures are counted without"
                + " this.",
            "        breaker.onError(0, TimeUnit.NANOSECONDS, new IOException());",
            "rpc.RpcTest#batchesAreNoLongerThanTheRateAndWaitingForItIsNobodysFailure"),
        new Mistake(
            "options hold keys",
            "EvmOptions",
            "urls.stream().map(NodeUrl::name).toList()",
            "urls",
            "ConnectTest#whatIsSaidOfTheOptionsHoldsNoSecret"),
        new Mistake(
            "who is interrupted takes the others along",
            "rpc/Requests",
            "return waiting.remove(own);",
            "waiting.clear();\n      return true;",
            "rpc.RequestsTest#whoWaitsInVainOrIsInterruptedLeavesTheOthers"),
        new Mistake(
            "one node says that a nonce is used",
            "EvmStatus",
            "Answers answers = chain.rpc().agreed(List.of(then));",
            "Answers answers = chain.rpc().ask(List.of(then));",
            "WrongAnswersTest#oneOfTwoCannotSayThatATransactionWasReplaced"),
        new Mistake(
            "one node says why",
            "EvmStatus",
            "return Optional.of(chain.rpc().agreed(List.of(call)));",
            "return Optional.of(chain.rpc().ask(List.of(call)));",
            "WrongAnswersTest#oneOfTwoCannotSayWhyATransactionHasFailed"),
        new Mistake(
            "a receipt of any block counts",
            "EvmStatus",
            "mined.isEmpty() || !isOnChain(mined.get())",
            "mined.isEmpty()",
            "WrongAnswersTest#aReceiptOfABlockThatWasDroppedIsNone"),
        new Mistake(
            "any number is a block's",
            "rpc/Hex",
            "if (number >= 1L << 53) {",
            "if (false) {",
            "rpc.HexTest#aNumberThatNoChainReachesIsNoBlocks"),
        new Mistake(
            "the log's deadline counts",
            "EvmReader",
            "record.deadline().equals(Optional.of(kept.closeAt()))",
            "true",
            "WrongAnswersTest#aDeadlineThatTheMarketDoesNotKeepIsNone"),
        new Mistake(
            "a busy node makes a market none",
            "EvmInfo",
            "answers.error(call).filter(Answers.NodeError::isRevert).isPresent()",
            "answers.error(call).isPresent()",
            "WrongAnswersTest#aBusyNodeDoesNotMakeAMarketNone"),
        new Mistake(
            "a cursor ahead of a node is lost",
            "follow/Follower",
            "at.block() > head.number() ? ahead(at, head) : lost(at)",
            "lost(at)",
            "WrongAnswersTest#aNodeThatIsBehindTheCursorAfterARestartIsWaitedFor"),
        new Mistake(
            "empty blocks are read again",
            "follow/Follower",
            "remember(first, found);",
            "ranges.put(first, found);",
            "WrongAnswersTest#whoReadsALongHistoryCanBeInterruptedAndLetsOthersRead"),
        new Mistake(
            "all old blocks at once",
            "follow/Follower",
            "more = reads != before && entries.isEmpty();",
            "more = false;",
            "WrongAnswersTest#whoReadsALongHistoryCanBeInterruptedAndLetsOthersRead"),
        new Mistake(
            "a node confirms itself",
            "rpc/NodeUrl",
            "if (!once.add(uri)) {",
            "if (false) {",
            "ConnectTest#aNodeFindsItByItsIdAndItsFile"),
        new Mistake(
            "a node on any chain counts",
            "rpc/Endpoint",
            "if (its != chainId) {",
            "if (false) {",
            "rpc.RpcTest#aNodeOnAnotherChainDoesNotAnswer"),
        new Mistake(
            "a head wakes nobody",
            "rpc/HeadSubscription",
            "signal.tell();",
            "",
            "rpc.HeadSubscriptionTest#aHeadWakesWhoWaits"),
        new Mistake(
            "a flood is heard",
            "rpc/HeadSubscription",
            "if (++heard > MAX_A_SECOND) {",
            "if (false) {",
            "rpc.HeadSubscriptionTest#aFloodIsNotHeard"),
        new Mistake(
            "what ends is not told",
            "rpc/HeadSubscription",
            "signal.subscribed(false);",
            "",
            "rpc.HeadSubscriptionTest#whatEndsIsBegunAnew"),
        new Mistake(
            "what a chain writes stays",
            "Devnet",
            "    delete(directory);\n  }\n}",
            "  }\n}",
            "SubscriptionTest#whatAChainWritesIsPrivateAndDeleted"));
  }

  /** One mistake for each trial. */
  static Stream<Mistake> trials() {
    return mistakes()
        .collect(Collectors.toMap(Mistake::trial, m -> m, (a, b) -> a, TreeMap::new))
        .values()
        .stream();
  }

  /** A trial that fails without a mistake would find everything. */
  @ParameterizedTest
  @MethodSource("trials")
  void withoutAMistakeATrialFindsNothing(Mistake mistake) throws Exception {
    Anvil.here();
    ClassLoader loader = planted(mistake, mistake.right);
    assertThat(run(loader, mistake.trial)).as(mistake.trial).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeIsFound(Mistake mistake) throws Exception {
    Anvil.here();
    ClassLoader loader = planted(mistake, mistake.wrong);
    CompletableFuture<String> found = new CompletableFuture<>();
    Thread trial =
        Thread.ofPlatform().daemon().start(() -> found.complete(run(loader, mistake.trial)));
    try {
      assertThat(found.get(PATIENCE, TimeUnit.SECONDS)).as(mistake.name).isNotEmpty();
    } catch (TimeoutException e) {
      trial.interrupt();
    }
  }

  private static ClassLoader planted(Mistake mistake, String instead) throws IOException {
    String type = ROOM + "." + mistake.type.replace('/', '.');
    return PlantedMistake.plant(ROOM, type, mistake.right, instead, Warnings.class);
  }

  /** What the test says against it; nothing when it passes. */
  private String run(ClassLoader loader, String trial) {
    try {
      String[] names = trial.split("#", 2);
      Class<?> type = loader.loadClass(ROOM + "." + names[0]);
      Constructor<?> constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      Object test = constructor.newInstance();
      for (Field field : type.getDeclaredFields()) {
        if (field.isAnnotationPresent(TempDir.class)) {
          field.setAccessible(true);
          field.set(test, directory);
        }
      }
      Method method =
          Stream.concat(Arrays.stream(type.getDeclaredMethods()), Arrays.stream(type.getMethods()))
              .filter(m -> m.getName().equals(names[1]))
              .findFirst()
              .orElseThrow();
      method.setAccessible(true);
      method.invoke(
          test,
          Arrays.stream(method.getParameterTypes()).map(p -> p.getEnumConstants()[0]).toArray());
      return "";
    } catch (InvocationTargetException e) {
      return String.valueOf(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    } finally {
      close(loader);
    }
  }

  /** The chains of the classes that were loaded anew. */
  private static void close(ClassLoader loader) {
    try {
      Method close = loader.loadClass(Anvil.class.getName()).getDeclaredMethod("close");
      close.setAccessible(true);
      close.invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }
}
