// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEdgeBeatMarket} from "../../src/interfaces/IEdgeBeatMarket.sol";
import {
    Agreement,
    Parameters,
    Settlement,
    Signature,
    Status,
    Voucher,
    VoucherClaim
} from "../../src/interfaces/MarketTypes.sol";
import {TickChain} from "../../src/libraries/TickChain.sol";
import {States} from "../support/States.sol";

/// @title What moves money while a channel is funded, and at its end
contract MoneyTest is States {
    // ------------------------------------------------------------------------------------------------------- claim

    function testAClaimPaysTheSellerWhoeverSends() public {
        (Agreement memory a, bytes32 id) = opened();
        uint256 seller = token.balanceOf(SELLER);
        uint256 stranger = token.balanceOf(STRANGER);
        VoucherClaim memory c = worth(id, 10 * EDG);
        vm.expectEmit(address(market));
        emit IEdgeBeatMarket.Claimed(id, 10 * EDG, 10 * EDG);
        vm.prank(STRANGER);
        market.claim(a, c);
        eq(token.balanceOf(SELLER), seller + 10 * EDG, "seller");
        eq(token.balanceOf(STRANGER), stranger, "stranger");
        c = worth(id, 25 * EDG);
        vm.expectEmit(address(market));
        emit IEdgeBeatMarket.Claimed(id, 15 * EDG, 25 * EDG);
        market.claim(a, c);
        eq(token.balanceOf(SELLER), seller + 25 * EDG, "seller, second");
    }

    function testAClaimIsNeverRefusedForItsSize() public {
        (Agreement memory a, bytes32 id) = opened();
        market.claim(a, worth(id, 10 * EDG));
        uint256 seller = token.balanceOf(SELLER);
        VoucherClaim memory c = worth(id, 9 * EDG);
        vm.expectEmit(address(market));
        emit IEdgeBeatMarket.Claimed(id, 0, 10 * EDG);
        market.claim(a, c);
        eq(token.balanceOf(SELLER), seller, "a smaller voucher moves tokens");
        c = worth(id, type(uint96).max);
        vm.expectEmit(address(market));
        emit IEdgeBeatMarket.Claimed(id, 90 * EDG, 100 * EDG);
        market.claim(a, c);
        c = worth(id, type(uint96).max, type(uint96).max, 1024, 1024);
        vm.expectEmit(address(market));
        emit IEdgeBeatMarket.Claimed(id, 0, 100 * EDG);
        market.claim(a, c);
        vm.prank(STRANGER);
        market.topUp(a, 7 * EDG);
        market.claim(a, c);
        eq(token.balanceOf(SELLER), seller + 97 * EDG, "the top-up counts");
    }

    function testTicksCount() public {
        (Agreement memory a, bytes32 id) = opened();
        uint256 seller = token.balanceOf(SELLER);
        market.claim(a, worth(id, EDG, EDG / 10, 30, 0));
        eq(token.balanceOf(SELLER), seller + EDG, "no tick");
        market.claim(a, worth(id, EDG, EDG / 10, 30, 1));
        eq(token.balanceOf(SELLER), seller + EDG + EDG / 10, "one tick");
        market.claim(a, worth(id, EDG, EDG / 10, 30, 30));
        eq(token.balanceOf(SELLER), seller + 4 * EDG, "all ticks");
        market.claim(a, worth(id, 5 * EDG, EDG / 100, 1024, 1024));
        eq(token.balanceOf(SELLER), seller + 5 * EDG + 1024 * uint256(EDG / 100), "the longest chain");
    }

    function testAClaimCountsWhileClosingAndMovesNoDeadline() public {
        (Agreement memory a, bytes32 id) = inState(Status.CLOSING);
        (, uint40 before,,) = market.agreementOf(id);
        vm.warp(before - 1);
        market.claim(a, worth(id, EDG));
        vm.warp(before + 100 days);
        market.claim(a, worth(id, 2 * EDG));
        (Status s, uint40 closeAt, uint96 claimed,) = market.agreementOf(id);
        eq(uint256(s), uint256(Status.CLOSING), "status");
        eq(closeAt, before, "deadline");
        eq(claimed, 2 * EDG, "claimed");
    }

    function _badClaim(Agreement memory a, VoucherClaim memory c, bytes memory refusal) private {
        vm.expectRevert(refusal);
        market.claim(a, c);
        vm.prank(SELLER);
        vm.expectRevert(refusal);
        market.releaseWithVoucher(a, c);
    }

    function testBadVouchers() public {
        (Agreement memory a, bytes32 id) = opened();
        (, bytes32 otherId) = opened();
        VoucherClaim memory c = worth(otherId, EDG);
        bytes4 other = IEdgeBeatMarket.OtherAgreement.selector;
        _badClaim(a, c, abi.encodeWithSelector(other, otherId, id));
        bytes memory badSignature = abi.encodeWithSelector(IEdgeBeatMarket.BadVoucherSignature.selector, KEY);
        c.voucher.agreementId = id;
        _badClaim(a, c, badSignature);
        // Signed by anybody else, the buyer's main key included.
        _badClaim(a, signed(BUYER_KEY, Voucher(id, 1, EDG, 0, 0, 0, 0), 0, 0), badSignature);
        _badClaim(a, signed(SELLER_KEY, Voucher(id, 1, EDG, 0, 0, 0, 0), 0, 0), badSignature);
        // Every field is signed.
        for (uint256 i = 0; i < 6; ++i) {
            c = worth(id, EDG, 1, 2, 1);
            if (i == 0) ++c.voucher.sequence;
            if (i == 1) ++c.voucher.cumulative;
            if (i == 2) c.voucher.tickAnchor = keccak256("x");
            if (i == 3) ++c.voucher.tickAmount;
            if (i == 4) ++c.voucher.tickCount;
            if (i == 5) c.voucher.usageHash = keccak256("x");
            _badClaim(a, c, badSignature);
        }
    }

    function testMalleableAndMalformedSignatures() public {
        (Agreement memory a, bytes32 id) = opened();
        bytes memory refusal = abi.encodeWithSelector(IEdgeBeatMarket.BadVoucherSignature.selector, KEY);
        uint256 order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        VoucherClaim memory c = worth(id, EDG);
        Signature memory good = Signature(c.signature.v, c.signature.r, c.signature.s);
        // The other solution of the same equation.
        c.signature = Signature(good.v == 27 ? 28 : 27, good.r, bytes32(order - uint256(good.s)));
        _badClaim(a, c, refusal);
        for (uint256 v = 0; v < 256; ++v) {
            // forge-lint: disable-next-line(unsafe-typecast)
            c.signature = Signature(uint8(v), good.r, good.s);
            if (v != good.v) {
                vm.expectRevert(refusal);
                market.claim(a, c);
            }
        }
        bytes32[4] memory bad = [bytes32(0), bytes32(order), bytes32(order + 1), bytes32(type(uint256).max)];
        for (uint256 i = 0; i < 4; ++i) {
            c.signature = Signature(good.v, bad[i], good.s);
            _badClaim(a, c, refusal);
            c.signature = Signature(good.v, good.r, bad[i]);
            _badClaim(a, c, refusal);
        }
        c.signature = good;
        market.claim(a, c);
    }

    function testBadTicks() public {
        (Agreement memory a, bytes32 id) = opened();
        VoucherClaim memory c = worth(id, EDG, 1, 10, 10);
        c.ticks = 11;
        _badClaim(a, c, abi.encodeWithSelector(IEdgeBeatMarket.TickOutOfRange.selector, 11, 10));
        c.ticks = 9;
        _badClaim(
            a,
            c,
            abi.encodeWithSelector(IEdgeBeatMarket.BadPreimage.selector, c.preimage, c.voucher.tickAnchor)
        );
        c.ticks = 0;
        market.claim(a, c);
        c = worth(id, EDG, 1, 1025, 1);
        _badClaim(a, c, abi.encodeWithSelector(IEdgeBeatMarket.TickOutOfRange.selector, 1, 1025));
        c = worth(id, EDG, 1, 10, 5);
        c.preimage = bytes32(uint256(c.preimage) ^ 1);
        _badClaim(
            a,
            c,
            abi.encodeWithSelector(IEdgeBeatMarket.BadPreimage.selector, c.preimage, c.voucher.tickAnchor)
        );
    }

    /// @notice The chain of one agreement is worth nothing in another.
    function testAPreimageBelongsToItsAgreement() public {
        (, bytes32 id) = opened();
        (Agreement memory b, bytes32 otherId) = opened();
        VoucherClaim memory c = worth(id, EDG, 1, 10, 5);
        c.voucher.agreementId = otherId;
        VoucherClaim memory d = signed(VOUCHER_KEY, c.voucher, 5, c.preimage);
        _badClaim(
            b,
            d,
            abi.encodeWithSelector(IEdgeBeatMarket.BadPreimage.selector, c.preimage, c.voucher.tickAnchor)
        );
    }

    /// @notice Without gas for the hashes nothing is believed.
    function testTooLittleGasForTicks() public {
        (Agreement memory a, bytes32 id) = opened();
        VoucherClaim memory c = worth(id, EDG, 1, 1024, 1024);
        bytes memory data = abi.encodeCall(market.claim, (a, c));
        uint256 paid = token.balanceOf(SELLER);
        for (uint256 gas_ = 20_000; gas_ < 240_000; gas_ += 5_000) {
            (bool done,) = address(market).call{gas: gas_}(data);
            yes(!done, "with too little gas");
        }
        eq(token.balanceOf(SELLER), paid, "paid");
        market.claim(a, c);
        eq(token.balanceOf(SELLER), paid + EDG + 1024, "paid");
    }

    /// @notice A chain on which nobody computes SHA-256, or somebody fails to, pays no ticks.
    function testWithoutSha256NoTickCounts() public {
        (Agreement memory a, bytes32 id) = opened();
        // One tick is enough: what was returned before the first hash must not count for it.
        VoucherClaim memory c = worth(id, EDG, 1, 3, 1);
        c.preimage = c.voucher.tickAnchor;
        bytes memory data = abi.encodeCall(market.claim, (a, c));
        vm.mockCall(address(2), "", "");
        _hashFails(data);
        vm.clearMockedCalls();
        vm.mockCallRevert(address(2), "", abi.encode(c.voucher.tickAnchor));
        _hashFails(data);
        vm.clearMockedCalls();
        c = worth(id, EDG, 1, 3, 3);
        market.claim(a, c);
    }

    function _hashFails(bytes memory data) private {
        (bool done, bytes memory answer) = address(market).call(data);
        yes(!done, "claimed without a hash");
        eq(
            keccak256(answer),
            keccak256(abi.encodeWithSelector(TickChain.HashFailed.selector)),
            "another refusal"
        );
    }

    /// @notice Of two chains the larger value wins; they never add up.
    function testChainsDoNotAddUp() public {
        (Agreement memory a, bytes32 id) = opened();
        uint256 paid = token.balanceOf(SELLER);
        market.claim(a, worth(id, EDG, EDG, 10, 10));
        market.claim(a, worth(id, 2 * EDG, EDG, 10, 5));
        eq(token.balanceOf(SELLER), paid + 11 * EDG, "the smaller one after the larger one");
        market.claim(a, worth(id, 2 * EDG, EDG, 10, 10));
        eq(token.balanceOf(SELLER), paid + 12 * EDG, "the larger one");
    }

    // ------------------------------------------------------------------------------------------------ requestClose

    function testTheDeadlineIsFixedOnce() public {
        (Agreement memory a, bytes32 id) = opened();
        vm.expectEmit(address(market));
        emit IEdgeBeatMarket.CloseRequested(id, uint40(block.timestamp + 1 days));
        vm.prank(BUYER);
        market.requestClose(a);
        (, uint40 closeAt,,) = market.agreementOf(id);
        eq(closeAt, START + 1 days, "deadline");
        vm.warp(START + 1);
        vm.prank(BUYER);
        vm.expectRevert(wrongState(id, Status.CLOSING, IEdgeBeatMarket.requestClose.selector));
        market.requestClose(a);
    }

    function testTheDeadlineIsNeverAfterExpiryAndChallenge() public {
        for (uint256 late = 0; late < 3; ++late) {
            (Agreement memory a, bytes32 id) = opened();
            vm.warp(a.expiry - 1 + late);
            vm.prank(BUYER);
            market.requestClose(a);
            (, uint40 closeAt,,) = market.agreementOf(id);
            eq(closeAt, uint256(a.expiry) + a.challenge - (late == 0 ? 1 : 0), "deadline");
            vm.warp(START);
        }
    }

    // ---------------------------------------------------------------------------------------------------- finalize

    function testAnyoneFinalizesFromTheDeadlineOn() public {
        (Agreement memory a, bytes32 id) = inState(Status.CLOSING);
        market.claim(a, worth(id, 30 * EDG));
        uint256 buyer = token.balanceOf(BUYER);
        vm.warp(START + 1 days - 1);
        vm.prank(STRANGER);
        vm.expectRevert(
            abi.encodeWithSelector(IEdgeBeatMarket.TooEarly.selector, START + 1 days, START + 1 days - 1)
        );
        market.finalize(a);
        vm.warp(START + 1 days);
        vm.expectEmit(address(market));
        emit IEdgeBeatMarket.Closed(id, BUYER, SELLER, 30 * EDG, 70 * EDG, EDG, 0, 0);
        vm.prank(STRANGER);
        market.finalize(a);
        eq(token.balanceOf(BUYER), buyer + 70 * EDG, "buyer");
        (Status s, uint40 closeAt, uint96 paid, uint96 topUps) = market.agreementOf(id);
        eq(uint256(s), uint256(Status.CLOSED), "status");
        eq(closeAt, START + 1 days, "the deadline stays on record");
        eq(paid, 30 * EDG, "paid");
        eq(topUps, 0, "topUps");
    }

    function testWithoutRequestCloseAnyoneFinalizesAfterExpiryAndChallenge() public {
        (Agreement memory a, bytes32 id) = opened();
        uint256 deadline = uint256(a.expiry) + a.challenge;
        vm.warp(deadline - 1);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.TooEarly.selector, deadline, deadline - 1));
        market.finalize(a);
        vm.warp(deadline);
        market.finalize(a);
        statusIs(id, Status.CLOSED);
    }

    // --------------------------------------------------------------------------------------------------------- fee

    function testTheFeeIsNeverMoreThanWhatWasPaid() public {
        uint96[5] memory paid = [uint96(0), 1, EDG - 1, EDG, EDG + 1];
        for (uint256 i = 0; i < 5; ++i) {
            _closesAt(paid[i], false);
            _closesAt(paid[i], true);
        }
    }

    function _closesAt(uint96 paid, bool vault) private {
        (Agreement memory a, bytes32 id) = inState(Status.OPEN, vault);
        uint256 fees = market.feePot() + market.feesOf(BUYER);
        uint256 wealth = token.balanceOf(BUYER) + market.vaultOf(BUYER);
        uint256 seller = token.balanceOf(SELLER);
        uint96 due = paid < EDG ? paid : EDG;
        uint256 refunded = uint256(100 * EDG) - paid + EDG - due;
        VoucherClaim memory c = worth(id, paid);
        uint256 told = vault ? market.vaultOf(BUYER) + refunded : 0;
        vm.expectEmit(address(market));
        emit IEdgeBeatMarket.Closed(id, BUYER, SELLER, paid, refunded, due, 0, told);
        vm.prank(SELLER);
        market.releaseWithVoucher(a, c);
        eq(market.feePot() + market.feesOf(BUYER), fees + due, "fee");
        eq(token.balanceOf(BUYER) + market.vaultOf(BUYER), wealth + refunded, "buyer");
        eq(token.balanceOf(SELLER), seller + paid, "seller");
    }

    function testAFeeOfNothing() public {
        Parameters memory free = Parameters(0, 0, 10_000 * EDG);
        core.announceParameters(free);
        vm.warp(block.timestamp + CHANGE_DELAY);
        core.applyParameters(free);
        for (uint256 i = 0; i < 2; ++i) {
            Agreement memory a = terms();
            a.fee = 0;
            a.fromVault = i == 1;
            bytes32 id = market.idOf(a);
            vm.prank(BUYER);
            market.vaultDeposit(200 * EDG);
            vm.prank(BUYER);
            market.recordOffer(id);
            vm.prank(SELLER);
            market.acceptOffer(a);
            uint256 before = token.balanceOf(BUYER) + market.vaultOf(BUYER);
            vm.startPrank(BUYER);
            market.depositFee(a);
            eq(token.balanceOf(BUYER) + market.vaultOf(BUYER), before, "nothing was taken");
            market.reclaimFee(a);
            eq(token.balanceOf(BUYER) + market.vaultOf(BUYER), before, "nothing came back");
            vm.stopPrank();
            a = terms();
            a.fee = 0;
            id = open(a);
            market.claim(a, worth(id, 100 * EDG));
            vm.prank(SELLER);
            market.release(a);
            eq(market.feePot(), 0, "pot");
        }
        vm.prank(SELLER);
        market.advertise("free", "", uint40(block.timestamp + 1));
    }

    // ------------------------------------------------------------------------------------------------------ settle

    function _settlement(bytes32 id, uint96 cumulative) private pure returns (Settlement memory) {
        return Settlement(id, cumulative, "invoice");
    }

    function testSettleIsBetweenClaimedAndTotal() public {
        (Agreement memory a, bytes32 id) = opened();
        vm.prank(STRANGER);
        market.topUp(a, 5 * EDG);
        market.claim(a, worth(id, 10 * EDG));
        uint96[2] memory bad = [10 * EDG - 1, 105 * EDG + 1];
        for (uint256 i = 0; i < 2; ++i) {
            Settlement memory s = _settlement(id, bad[i]);
            Signature memory by = signature(VOUCHER_KEY, market.settlementDigest(s));
            vm.prank(SELLER);
            vm.expectRevert(
                abi.encodeWithSelector(
                    IEdgeBeatMarket.CumulativeOutOfRange.selector, bad[i], 10 * EDG, 105 * EDG
                )
            );
            market.settle(a, s, by);
        }
        uint96[2] memory good = [10 * EDG, 105 * EDG];
        for (uint256 i = 0; i < 2; ++i) {
            uint256 before = vm.snapshotState();
            uint256 seller = token.balanceOf(SELLER);
            Settlement memory s = _settlement(id, good[i]);
            Signature memory by = signature(VOUCHER_KEY, market.settlementDigest(s));
            vm.expectEmit(address(market));
            emit IEdgeBeatMarket.Closed(
                id, BUYER, SELLER, good[i], 105 * EDG - good[i], EDG, "invoice", 0
            );
            vm.prank(SELLER);
            market.settle(a, s, by);
            eq(token.balanceOf(SELLER), seller + good[i] - 10 * EDG, "seller");
            vm.revertToState(before);
        }
    }

    function testASettlementForAnotherAgreement() public {
        (Agreement memory a, bytes32 id) = opened();
        (, bytes32 otherId) = opened();
        Settlement memory s = _settlement(otherId, EDG);
        Signature memory by = signature(VOUCHER_KEY, market.settlementDigest(s));
        vm.prank(SELLER);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.OtherAgreement.selector, otherId, id));
        market.settle(a, s, by);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.OtherAgreement.selector, otherId, id));
        market.settleFor(a, s, "", "");
        s.agreementId = id;
        vm.prank(SELLER);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.BadSignature.selector, BUYER));
        market.settle(a, s, by);
    }

    // ------------------------------------------------------------------------------------------------------- topUp

    function testTopUpByAnyoneWithinTheCapAndBeforeExpiry() public {
        (Agreement memory a, bytes32 id) = opened();
        uint256 stranger = token.balanceOf(STRANGER);
        vm.startPrank(STRANGER);
        vm.expectRevert(
            abi.encodeWithSelector(IEdgeBeatMarket.TopUpOutOfRange.selector, 100 * EDG, 10_000 * EDG)
        );
        market.topUp(a, 0);
        vm.expectRevert(
            abi.encodeWithSelector(IEdgeBeatMarket.TopUpOutOfRange.selector, 10_000 * EDG + 1, 10_000 * EDG)
        );
        market.topUp(a, 9_900 * EDG + 1);
        vm.expectEmit(address(market));
        emit IEdgeBeatMarket.ToppedUp(id, STRANGER, EDG, EDG);
        market.topUp(a, EDG);
        vm.expectEmit(address(market));
        emit IEdgeBeatMarket.ToppedUp(id, STRANGER, 9_899 * EDG, 9_900 * EDG);
        market.topUp(a, 9_899 * EDG);
        eq(token.balanceOf(STRANGER), stranger - 9_900 * EDG, "stranger");
        vm.warp(a.expiry);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.TooLate.selector, a.expiry, a.expiry));
        market.topUp(a, 0);
        vm.stopPrank();
        (a, id) = opened2(a.expiry);
        vm.warp(a.expiry - 1);
        vm.prank(STRANGER);
        market.topUp(a, 1);
    }

    function opened2(uint256 when) private returns (Agreement memory a, bytes32 id) {
        vm.warp(when);
        return opened();
    }

    function testWhatWasToppedUpGoesToTheBuyer() public {
        (Agreement memory a,) = inState(Status.OPEN, true);
        vm.prank(STRANGER);
        market.topUp(a, 7 * EDG);
        uint256 vault = market.vaultOf(BUYER);
        vm.prank(SELLER);
        market.release(a);
        eq(market.vaultOf(BUYER), vault + 108 * EDG, "vault");
    }

    // ------------------------------------------------------------------------------------------------------- vault

    function testVault() public {
        vm.startPrank(BUYER);
        vm.expectRevert(IEdgeBeatMarket.NothingToMove.selector);
        market.vaultDeposit(0);
        vm.expectRevert(IEdgeBeatMarket.NothingToMove.selector);
        market.vaultWithdraw(0);
        vm.expectEmit(address(market));
        emit IEdgeBeatMarket.VaultChanged(BUYER, 5);
        market.vaultDeposit(5);
        vm.expectEmit(address(market));
        emit IEdgeBeatMarket.VaultChanged(BUYER, 12);
        market.vaultDeposit(7);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.VaultTooSmall.selector, BUYER, 12, 13));
        market.vaultWithdraw(13);
        uint256 wallet = token.balanceOf(BUYER);
        vm.expectEmit(address(market));
        emit IEdgeBeatMarket.VaultChanged(BUYER, 2);
        market.vaultWithdraw(10);
        eq(token.balanceOf(BUYER), wallet + 10, "wallet");
        eq(market.vaultOf(BUYER), 2, "vault");
        uint256[3] memory huge = [type(uint256).max, uint256(1) << 128, type(uint128).max];
        for (uint256 i = 0; i < 3; ++i) {
            // The last is too much only with what is there.
            vm.expectRevert(
                abi.encodeWithSelector(IEdgeBeatMarket.VaultTooLarge.selector, i < 2 ? huge[i] : huge[i] + 2)
            );
            market.vaultDeposit(huge[i]);
        }
        market.vaultWithdraw(2);
        vm.stopPrank();
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.VaultTooSmall.selector, STRANGER, 0, 1));
        market.vaultWithdraw(1);
    }

    /// @notice Fees beside a vault are not the owner's, and reach the pot whoever gathers them.
    function testFeesBesideAVault() public {
        (Agreement memory a, bytes32 id) = inState(Status.OPEN, true);
        market.claim(a, worth(id, 10 * EDG));
        vm.prank(SELLER);
        market.release(a);
        eq(market.feesOf(BUYER), EDG, "beside the vault");
        eq(market.feePot(), 0, "pot");
        uint256 vault = market.vaultOf(BUYER);
        vm.prank(BUYER);
        vm.expectRevert(
            abi.encodeWithSelector(IEdgeBeatMarket.VaultTooSmall.selector, BUYER, vault, vault + 1)
        );
        market.vaultWithdraw(vault + 1);
        address[] memory owners = new address[](3);
        (owners[0], owners[1], owners[2]) = (BUYER, STRANGER, BUYER);
        vm.prank(STRANGER);
        market.gatherFees(owners);
        eq(market.feePot(), EDG, "gathered once");
        eq(market.feesOf(BUYER), 0, "beside the vault after");
        eq(market.vaultOf(BUYER), vault, "the vault is as it was");
        vm.prank(BUYER);
        market.vaultWithdraw(vault);
        eq(token.balanceOf(address(market)), EDG, "what is left is the pot");
    }
}
