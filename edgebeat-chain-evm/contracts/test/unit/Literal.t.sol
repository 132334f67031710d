// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEdgeBeatMarket} from "../../src/interfaces/IEdgeBeatMarket.sol";
import {Agreement, Parameters, Settlement, Status} from "../../src/interfaces/MarketTypes.sol";
import {States} from "../support/States.sol";
import {Vm} from "../support/Vm.sol";

/// @title The white paper's steps, one by one
contract LiteralTest is States {
    function testAnOfferIsRecordedPerSender() public {
        (Agreement memory a, bytes32 id) = inState(Status.NONE);
        vm.expectEmit(address(market));
        emit IEdgeBeatMarket.OfferRecorded(id, STRANGER);
        vm.prank(STRANGER);
        market.recordOffer(id);
        yes(!market.isRecorded(id, BUYER), "of the buyer already");
        vm.prank(BUYER);
        market.recordOffer(id);
        yes(market.isRecorded(id, BUYER), "of the buyer");
        yes(market.isRecorded(id, STRANGER), "of the stranger");
        vm.prank(SELLER);
        market.recordOffer(id);
        address[3] memory all = [STRANGER, BUYER, SELLER];
        for (uint256 i = 0; i < 3; ++i) {
            vm.prank(all[i]);
            vm.expectRevert(
                abi.encodeWithSelector(IEdgeBeatMarket.OfferAlreadyRecorded.selector, id, all[i])
            );
            market.recordOffer(id);
        }
        (Status s, uint40 closeAt, uint96 claimed, uint96 topUps) = market.agreementOf(id);
        eq(uint256(s), uint256(Status.OFFER_RECORDED), "status");
        eq(closeAt + uint256(claimed) + topUps, 0, "a record of an offer shows money");
        vm.prank(SELLER);
        market.acceptOffer(a);
        statusIs(id, Status.ACCEPTED);
        yes(!market.isRecorded(id, BUYER), "after it was accepted");
    }

    function testOnlyTheRightPartySends() public {
        bytes memory refusal = abi.encodeWithSelector(IEdgeBeatMarket.NotAllowed.selector, STRANGER);
        (Agreement memory a, bytes32 id) = inState(Status.OFFER_RECORDED);
        vm.startPrank(STRANGER);
        vm.expectRevert(refusal);
        market.acceptOffer(a);
        vm.expectRevert(refusal);
        market.cancel(a);
        vm.stopPrank();
        vm.prank(BUYER);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.NotAllowed.selector, BUYER));
        market.acceptOffer(a);
        (a,) = inState(Status.ACCEPTED);
        vm.prank(STRANGER);
        vm.expectRevert(refusal);
        market.depositFee(a);
        (a,) = inState(Status.FEE_HELD);
        vm.startPrank(STRANGER);
        vm.expectRevert(refusal);
        market.fundChannel(a);
        vm.expectRevert(refusal);
        market.reclaimFee(a);
        vm.stopPrank();
        (a, id) = inState(Status.OPEN);
        vm.startPrank(STRANGER);
        vm.expectRevert(refusal);
        market.terminate(a, EDG, 0);
        vm.expectRevert(refusal);
        market.requestClose(a);
        vm.expectRevert(refusal);
        market.release(a);
        vm.stopPrank();
        bytes memory data = abi.encodeCall(market.releaseWithVoucher, (a, worth(id, EDG)));
        vm.prank(STRANGER);
        (bool done, bytes memory answer) = address(market).call(data);
        yes(!done && keccak256(answer) == keccak256(refusal), "releaseWithVoucher");
        vm.prank(SELLER);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.NotAllowed.selector, SELLER));
        market.requestClose(a);
        vm.prank(BUYER);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.NotAllowed.selector, BUYER));
        market.release(a);
    }

    function testTheBuyerMustPayUntilOpenBy() public {
        (Agreement memory a,) = inState(Status.ACCEPTED);
        (Agreement memory b, bytes32 held) = inState(Status.FEE_HELD);
        vm.warp(a.openBy);
        uint256 now_ = vm.snapshotState();
        vm.startPrank(BUYER);
        market.depositFee(a);
        market.fundChannel(b);
        vm.stopPrank();
        vm.revertToState(now_);
        vm.warp(a.openBy + 1);
        vm.startPrank(BUYER);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.TooLate.selector, a.openBy, a.openBy + 1));
        market.depositFee(a);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.TooLate.selector, a.openBy, a.openBy + 1));
        market.fundChannel(b);
        vm.stopPrank();
        statusIs(held, Status.FEE_HELD);
    }

    function testTheFeeComesBack() public {
        for (uint256 i = 0; i < 4; ++i) {
            bool vault = i % 2 == 1;
            (Agreement memory a, bytes32 id) = inState(Status.FEE_HELD, vault);
            uint256 wallet = token.balanceOf(BUYER);
            uint256 inVault = market.vaultOf(BUYER);
            if (i >= 2) {
                vm.warp(a.openBy);
                vm.prank(STRANGER);
                vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.NotAllowed.selector, STRANGER));
                market.reclaimFee(a);
                vm.warp(a.openBy + 1);
            }
            vm.expectEmit(address(market));
            emit IEdgeBeatMarket.FeeReclaimed(id, EDG);
            if (vault) {
                vm.expectEmit(address(market));
                emit IEdgeBeatMarket.VaultChanged(BUYER, inVault + EDG);
            }
            vm.prank(i >= 2 ? STRANGER : BUYER);
            market.reclaimFee(a);
            eq(token.balanceOf(BUYER), vault ? wallet : wallet + EDG, "wallet");
            eq(market.vaultOf(BUYER), vault ? inVault + EDG : inVault, "vault");
            eq(market.feePot() + market.feesOf(BUYER), 0, "fees");
            statusIs(id, Status.LAPSED);
        }
    }

    function testFeeAndDepositAreTakenFromWhereTheAgreementSays() public {
        for (uint256 i = 0; i < 2; ++i) {
            bool vault = i == 1;
            (Agreement memory a, bytes32 id) = inState(Status.ACCEPTED, vault);
            uint256 wallet = token.balanceOf(BUYER);
            uint256 inVault = market.vaultOf(BUYER);
            vm.startPrank(BUYER);
            vm.expectEmit(address(market));
            emit IEdgeBeatMarket.FeeDeposited(id, EDG);
            if (vault) {
                vm.expectEmit(address(market));
                emit IEdgeBeatMarket.VaultChanged(BUYER, inVault - EDG);
            }
            market.depositFee(a);
            market.fundChannel(a);
            vm.stopPrank();
            eq(token.balanceOf(BUYER), vault ? wallet : wallet - 101 * EDG, "wallet");
            eq(market.vaultOf(BUYER), vault ? inVault - 101 * EDG : inVault, "vault");
        }
    }

    function testAFeeOfNothingChangesNoVault() public {
        core = newCore(CHANGE_DELAY, Parameters(0, 0, 10_000 * EDG));
        market = makeMarket();
        vm.startPrank(BUYER);
        token.approve(address(market), type(uint256).max);
        market.vaultDeposit(EDG);
        Agreement memory a = terms();
        a.fee = 0;
        a.fromVault = true;
        market.recordOffer(market.idOf(a));
        vm.stopPrank();
        vm.prank(SELLER);
        market.acceptOffer(a);
        vm.recordLogs();
        vm.startPrank(BUYER);
        market.depositFee(a);
        market.reclaimFee(a);
        vm.stopPrank();
        Vm.Log[] memory logs = vm.getRecordedLogs();
        eq(logs.length, 2, "a vault that has not changed is no news");
        eq(logs[0].topics[0], IEdgeBeatMarket.FeeDeposited.selector, "deposited");
        eq(logs[1].topics[0], IEdgeBeatMarket.FeeReclaimed.selector, "reclaimed");
    }

    function testCancelledIsNeverOpened() public {
        Status[3] memory from = [Status.NONE, Status.OFFER_RECORDED, Status.ACCEPTED];
        for (uint256 i = 0; i < 6; ++i) {
            (Agreement memory a, bytes32 id) = inState(from[i / 2]);
            address who = i % 2 == 0 ? BUYER : SELLER;
            vm.expectEmit(address(market));
            emit IEdgeBeatMarket.Cancelled(id, who);
            vm.prank(who);
            market.cancel(a);
            vm.prank(BUYER);
            vm.expectRevert(wrongState(id, Status.LAPSED, IEdgeBeatMarket.open.selector));
            market.open(a, signature(SELLER_KEY, id));
        }
    }

    // --------------------------------------------------------------------------------------------------- terminate

    function testTwoEqualStatementsSettle() public {
        (Agreement memory a, bytes32 id) = opened();
        uint256 buyer = token.balanceOf(BUYER);
        uint256 seller = token.balanceOf(SELLER);
        vm.expectEmit(address(market));
        emit IEdgeBeatMarket.TerminationStated(id, BUYER, 40 * EDG, "invoice");
        vm.prank(BUYER);
        market.terminate(a, 40 * EDG, "invoice");
        eq(market.statementOf(id, BUYER), keccak256(abi.encode(40 * EDG, bytes32("invoice"))), "statement");
        statusIs(id, Status.OPEN);
        vm.expectEmit(address(market));
        emit IEdgeBeatMarket.TerminationStated(id, SELLER, 40 * EDG, "invoice");
        vm.expectEmit(address(token));
        emit Transfer(address(market), BUYER, 60 * EDG);
        vm.expectEmit(address(token));
        emit Transfer(address(market), SELLER, 40 * EDG);
        vm.expectEmit(address(market));
        emit IEdgeBeatMarket.Closed(id, BUYER, SELLER, 40 * EDG, 60 * EDG, EDG, "invoice", 0);
        vm.prank(SELLER);
        market.terminate(a, 40 * EDG, "invoice");
        eq(token.balanceOf(BUYER), buyer + 60 * EDG, "buyer");
        eq(token.balanceOf(SELLER), seller + 40 * EDG, "seller");
        eq(market.feePot(), EDG, "pot");
        eq(market.statementOf(id, BUYER), 0, "statement after");
        statusIs(id, Status.CLOSED);
    }

    event Transfer(address indexed from, address indexed to, uint256 value);

    function testUnequalStatementsMoveNothingAndTheLaterOneCounts() public {
        (Agreement memory a, bytes32 id) = opened();
        uint256 held = token.balanceOf(address(market));
        vm.prank(SELLER);
        market.terminate(a, 50 * EDG, "invoice");
        vm.prank(BUYER);
        market.terminate(a, 40 * EDG, "invoice");
        vm.prank(BUYER);
        market.terminate(a, 50 * EDG, "other");
        vm.prank(SELLER);
        market.terminate(a, 50 * EDG, "invoice");
        eq(token.balanceOf(address(market)), held, "moved");
        statusIs(id, Status.OPEN);
        vm.prank(BUYER);
        market.terminate(a, 50 * EDG, "invoice");
        statusIs(id, Status.CLOSED);
    }

    function testAStatementCountsAfterRequestCloseToo() public {
        (Agreement memory a, bytes32 id) = inState(Status.CLOSING);
        vm.prank(SELLER);
        market.terminate(a, 1, 0);
        statusIs(id, Status.CLOSING);
        vm.prank(BUYER);
        market.terminate(a, 1, 0);
        statusIs(id, Status.CLOSED);
    }

    function testAStatementIsBetweenClaimedAndTotal() public {
        (Agreement memory a, bytes32 id) = opened();
        vm.prank(STRANGER);
        market.topUp(a, 5 * EDG);
        market.claim(a, worth(id, 10 * EDG));
        vm.startPrank(BUYER);
        vm.expectRevert(
            abi.encodeWithSelector(
                IEdgeBeatMarket.CumulativeOutOfRange.selector, 10 * EDG - 1, 10 * EDG, 105 * EDG
            )
        );
        market.terminate(a, 10 * EDG - 1, 0);
        vm.expectRevert(
            abi.encodeWithSelector(
                IEdgeBeatMarket.CumulativeOutOfRange.selector, 105 * EDG + 1, 10 * EDG, 105 * EDG
            )
        );
        market.terminate(a, 105 * EDG + 1, 0);
        market.terminate(a, 10 * EDG, 0);
        market.terminate(a, 105 * EDG, 0);
        vm.stopPrank();
    }

    /// @notice A claim that overtakes a statement makes it useless: it can no longer be repeated by the other one.
    function testAClaimOvertakesAStatement() public {
        (Agreement memory a, bytes32 id) = opened();
        vm.prank(BUYER);
        market.terminate(a, 5 * EDG, 0);
        market.claim(a, worth(id, 6 * EDG));
        vm.prank(SELLER);
        vm.expectRevert(
            abi.encodeWithSelector(
                IEdgeBeatMarket.CumulativeOutOfRange.selector, 5 * EDG, 6 * EDG, 100 * EDG
            )
        );
        market.terminate(a, 5 * EDG, 0);
    }

    /// @notice Both ways end in the same record and the same invoice.
    function testLiteralAndCompactAreEqualAfterProjection() public {
        (Agreement memory a, bytes32 literal) = inState(Status.FEE_HELD);
        vm.prank(BUYER);
        market.fundChannel(a);
        vm.prank(BUYER);
        market.terminate(a, 40 * EDG, "invoice");
        vm.expectEmit(address(market));
        emit IEdgeBeatMarket.Closed(literal, BUYER, SELLER, 40 * EDG, 60 * EDG, EDG, "invoice", 0);
        vm.prank(SELLER);
        market.terminate(a, 40 * EDG, "invoice");
        (Agreement memory b, bytes32 compact) = opened();
        Settlement memory s = Settlement(compact, 40 * EDG, "invoice");
        bytes32 digest = market.settlementDigest(s);
        vm.expectEmit(address(market));
        emit IEdgeBeatMarket.Closed(compact, BUYER, SELLER, 40 * EDG, 60 * EDG, EDG, "invoice", 0);
        vm.prank(SELLER);
        market.settle(b, s, signature(VOUCHER_KEY, digest));
        (Status s1, uint40 c1, uint96 p1, uint96 t1) = market.agreementOf(literal);
        (Status s2, uint40 c2, uint96 p2, uint96 t2) = market.agreementOf(compact);
        eq(keccak256(abi.encode(s1, c1, p1, t1)), keccak256(abi.encode(s2, c2, p2, t2)), "records");
    }
}
