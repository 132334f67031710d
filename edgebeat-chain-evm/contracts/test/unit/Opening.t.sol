// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEdgeBeatMarket} from "../../src/interfaces/IEdgeBeatMarket.sol";
import {
    Agreement,
    Parameters,
    Permit,
    Settlement,
    Signature,
    Status,
    VoucherClaim
} from "../../src/interfaces/MarketTypes.sol";
import {Vm} from "../support/Vm.sol";
import {States} from "../support/States.sol";

/// @title How agreements come to life, and how not
contract OpeningTest is States {
    Agreement private a;

    function _refused(bytes memory refusal) private {
        // Both ways ask the same question at the same place.
        bytes32 id = market.idOf(a);
        Signature memory s = signature(SELLER_KEY, id);
        vm.prank(a.buyer);
        vm.expectRevert(refusal);
        market.open(a, s);
        uint256 before = vm.snapshotState();
        if (keccak256(refusal) != keccak256(abi.encodeWithSelector(IEdgeBeatMarket.OpeningPaused.selector))
                && keccak256(refusal) != keccak256(abi.encodeWithSelector(IEdgeBeatMarket.MarketDeprecated.selector))) {
            vm.prank(a.buyer);
            market.recordOffer(id);
            vm.prank(a.seller);
            vm.expectRevert(refusal);
            market.acceptOffer(a);
        }
        vm.revertToState(before);
    }

    function _accepted() private {
        open(a);
    }

    function testDepositIsNotZeroAndWithinTheCap() public {
        a = terms();
        a.deposit = 0;
        _refused(abi.encodeWithSelector(IEdgeBeatMarket.DepositOutOfRange.selector, 0, 10_000 * EDG));
        a.deposit = 10_000 * EDG + 1;
        _refused(abi.encodeWithSelector(IEdgeBeatMarket.DepositOutOfRange.selector, a.deposit, 10_000 * EDG));
        a.deposit = 10_000 * EDG;
        _accepted();
        a = terms();
        a.deposit = 1;
        _accepted();
    }

    function testFeeIsNotBelowTheFloor() public {
        a = terms();
        a.fee = EDG / 100 - 1;
        _refused(abi.encodeWithSelector(IEdgeBeatMarket.FeeBelowFloor.selector, a.fee, EDG / 100));
        a.fee = EDG / 100;
        _accepted();
    }

    function testChallengeIsWithinBounds() public {
        a = terms();
        a.challenge = 1 hours - 1;
        _refused(
            abi.encodeWithSelector(IEdgeBeatMarket.ChallengeOutOfRange.selector, a.challenge, 1 hours, 30 days)
        );
        a.challenge = 30 days + 1;
        _refused(
            abi.encodeWithSelector(IEdgeBeatMarket.ChallengeOutOfRange.selector, a.challenge, 1 hours, 30 days)
        );
        a.challenge = 1 hours;
        _accepted();
        a = terms();
        a.challenge = 30 days;
        _accepted();
    }

    function testOpenByIsNotOver() public {
        a = terms();
        a.openBy = uint40(block.timestamp - 1);
        _refused(abi.encodeWithSelector(IEdgeBeatMarket.TooLate.selector, a.openBy, block.timestamp));
        a.openBy = uint40(block.timestamp);
        _accepted();
    }

    function testExpiryIsNotBeforeOpenByNorTooFar() public {
        a = terms();
        a.expiry = a.openBy - 1;
        _refused(abi.encodeWithSelector(IEdgeBeatMarket.OpenByAfterExpiry.selector, a.openBy, a.expiry));
        a.expiry = a.openBy;
        _accepted();
        a = terms();
        a.expiry = uint40(block.timestamp + 365 days + 1);
        _refused(
            abi.encodeWithSelector(IEdgeBeatMarket.ExpiryTooFar.selector, a.expiry, block.timestamp + 365 days)
        );
        a.expiry = uint40(block.timestamp + 365 days);
        _accepted();
    }

    function testBuyerIsNotSeller() public {
        a = terms();
        a.buyer = a.seller;
        _refused(abi.encodeWithSelector(IEdgeBeatMarket.SameParty.selector, SELLER));
    }

    function testVoucherKeyIsNeitherZeroNorTheSellers() public {
        a = terms();
        a.voucherKey = address(0);
        _refused(abi.encodeWithSelector(IEdgeBeatMarket.BadVoucherKey.selector, address(0)));
        a.voucherKey = SELLER;
        _refused(abi.encodeWithSelector(IEdgeBeatMarket.BadVoucherKey.selector, SELLER));
        a.voucherKey = BUYER;
        _accepted();
    }

    function testChecksComeInTheirOrder() public {
        // Everything is wrong; each correction shows the next.
        a = terms();
        a.seller = BUYER;
        a.voucherKey = address(0);
        a.deposit = 0;
        a.fee = 0;
        a.challenge = 0;
        a.openBy = uint40(block.timestamp - 1);
        a.expiry = a.openBy - 1;
        a.tenant = 1;
        core.pause();
        bytes32 id = market.idOf(a);
        Signature memory none;
        bytes4[10] memory order = [
            IEdgeBeatMarket.OpeningPaused.selector,
            IEdgeBeatMarket.GateRefused.selector,
            IEdgeBeatMarket.SameParty.selector,
            IEdgeBeatMarket.BadVoucherKey.selector,
            IEdgeBeatMarket.DepositOutOfRange.selector,
            IEdgeBeatMarket.FeeBelowFloor.selector,
            IEdgeBeatMarket.ChallengeOutOfRange.selector,
            IEdgeBeatMarket.TooLate.selector,
            IEdgeBeatMarket.OpenByAfterExpiry.selector,
            IEdgeBeatMarket.BadSignature.selector
        ];
        for (uint256 i = 0; i < order.length; ++i) {
            vm.prank(BUYER);
            (bool done, bytes memory answer) = address(market).call(abi.encodeCall(market.open, (a, none)));
            yes(!done, "opened");
            // forge-lint: disable-next-line(unsafe-typecast)
            eq(bytes32(bytes4(answer)), bytes32(order[i]), "order");
            if (i == 0) core.unpause();
            if (i == 1) a.tenant = 0;
            if (i == 2) a.seller = SELLER;
            if (i == 3) a.voucherKey = KEY;
            if (i == 4) a.deposit = EDG;
            if (i == 5) a.fee = EDG;
            if (i == 6) a.challenge = 1 days;
            if (i == 7) a.openBy = uint40(block.timestamp);
            if (i == 8) a.expiry = a.openBy;
        }
        statusIs(id, Status.NONE);
    }

    /// @dev What was accepted or opened goes on to its end, and vaults and fees move, once new agreements are stopped.
    function _goesOnAfter(bytes memory stop) private {
        Agreement[10] memory x;
        bytes32[10] memory id;
        (x[0], id[0]) = inState(Status.NONE);
        (x[1], id[1]) = inState(Status.ACCEPTED);
        (x[2], id[2]) = inState(Status.FEE_HELD, true);
        for (uint256 i = 3; i < 10; ++i) {
            (x[i], id[i]) = inState(Status.OPEN, i % 2 == 0);
        }
        vm.prank(SELLER);
        market.advertise("before", "", uint40(block.timestamp + 1 days));
        (bool stopped,) = address(core).call(stop);
        yes(stopped, "stop");

        vm.startPrank(BUYER);
        market.cancel(x[0]);
        market.depositFee(x[1]);
        market.fundChannel(x[1]);
        market.topUp(x[1], EDG);
        market.terminate(x[1], EDG, "invoice");
        market.reclaimFee(x[2]);
        market.requestClose(x[8]);
        market.vaultDeposit(2);
        market.vaultWithdraw(1);
        vm.stopPrank();
        market.claim(x[3], worth(id[3], EDG));
        Settlement memory s = Settlement(id[4], EDG, "invoice");
        bytes32 digest = market.settlementDigest(s);
        market.settleFor(x[4], s, sign(VOUCHER_KEY, digest), sign(SELLER_KEY, digest));
        s.agreementId = id[5];
        VoucherClaim memory last = worth(id[6], EDG);
        Signature memory byKey = signature(VOUCHER_KEY, market.settlementDigest(s));
        vm.startPrank(SELLER);
        market.terminate(x[1], EDG, "invoice");
        market.settle(x[5], s, byKey);
        market.releaseWithVoucher(x[6], last);
        market.release(x[7]);
        market.advertise("after", "", uint40(block.timestamp + 1 days));
        market.withdraw("before");
        vm.stopPrank();
        address[] memory owners = new address[](1);
        owners[0] = BUYER;
        market.gatherFees(owners);
        core.collectFees(address(market), STRANGER, market.feePot());
        uint256 now_ = block.timestamp;
        vm.warp(now_ + 20 days);
        market.finalize(x[3]);
        market.finalize(x[8]);
        market.finalize(x[9]);
        vm.warp(now_);
        statusIs(id[0], Status.LAPSED);
        statusIs(id[2], Status.LAPSED);
        for (uint256 i = 1; i < 10; ++i) {
            if (i != 2) statusIs(id[i], Status.CLOSED);
        }
    }

    function testPauseStopsThreeCommandsOnly() public {
        (Agreement memory recorded,) = inState(Status.OFFER_RECORDED);
        _goesOnAfter(abi.encodeCall(core.pause, ()));
        a = terms();
        _refused(abi.encodeWithSelector(IEdgeBeatMarket.OpeningPaused.selector));
        vm.expectRevert(IEdgeBeatMarket.OpeningPaused.selector);
        market.recordOffer("any");
        vm.prank(SELLER);
        vm.expectRevert(IEdgeBeatMarket.OpeningPaused.selector);
        market.acceptOffer(recorded);
        core.unpause();
        a = terms();
        _accepted();
    }

    function testDeprecationStopsOpensForGood() public {
        (Agreement memory recorded,) = inState(Status.OFFER_RECORDED);
        _goesOnAfter(abi.encodeCall(core.deprecateMarket, (address(market))));
        a = terms();
        _refused(abi.encodeWithSelector(IEdgeBeatMarket.MarketDeprecated.selector));
        vm.expectRevert(IEdgeBeatMarket.MarketDeprecated.selector);
        market.recordOffer("any");
        vm.prank(SELLER);
        vm.expectRevert(IEdgeBeatMarket.MarketDeprecated.selector);
        market.acceptOffer(recorded);
        core.pause();
        core.unpause();
        _refused(abi.encodeWithSelector(IEdgeBeatMarket.MarketDeprecated.selector));
    }

    /// @notice Cap and floor are asked when the seller accepts, and not again when the buyer pays what was accepted.
    function testWhatWasAcceptedIsNotMeasuredAgain() public {
        core.announceParameters(Parameters(0, 100 ether, 1));
        vm.warp(block.timestamp + CHANGE_DELAY);
        (a,) = inState(Status.ACCEPTED);
        core.applyParameters(Parameters(0, 100 ether, 1));
        vm.startPrank(BUYER);
        market.depositFee(a);
        market.fundChannel(a);
        vm.stopPrank();
        statusIs(market.idOf(a), Status.OPEN);
    }

    function testOneSignatureOpensOnce() public {
        (Agreement memory b, bytes32 id) = opened();
        Signature memory s = signature(SELLER_KEY, id);
        vm.prank(SELLER);
        market.release(b);
        vm.prank(BUYER);
        vm.expectRevert(wrongState(id, Status.CLOSED, IEdgeBeatMarket.open.selector));
        market.open(b, s);
        vm.warp(b.openBy + 1);
        vm.prank(BUYER);
        vm.expectRevert(wrongState(id, Status.CLOSED, IEdgeBeatMarket.open.selector));
        market.open(b, s);
    }

    function testOpenedCarriesEveryField() public {
        for (uint256 i = 0; i < 3; ++i) {
            a = terms();
            a.fromVault = i == 1;
            if (a.fromVault) {
                vm.prank(BUYER);
                market.vaultDeposit(500 * EDG);
            }
            bytes32 id = market.idOf(a);
            vm.recordLogs();
            if (i == 2) {
                vm.prank(BUYER);
                market.recordOffer(id);
                vm.prank(SELLER);
                market.acceptOffer(a);
                vm.startPrank(BUYER);
                market.depositFee(a);
                market.fundChannel(a);
                vm.stopPrank();
            } else {
                open(a);
            }
            Vm.Log[] memory logs = vm.getRecordedLogs();
            _same(logs[logs.length - 1], IEdgeBeatMarket.Opened.selector, id);
            eq(
                keccak256(logs[logs.length - 1].data),
                keccak256(abi.encodePacked(_fields(), uint256(i == 1 ? 399 * EDG : 0))),
                "fields"
            );
            if (i == 2) {
                _same(logs[1], IEdgeBeatMarket.OfferAccepted.selector, id);
                eq(keccak256(logs[1].data), keccak256(_fields()), "fields of OfferAccepted");
            }
        }
    }

    function _same(Vm.Log memory log, bytes32 topic, bytes32 id) private view {
        eq(log.topics[0], topic, "topic");
        eq(log.topics[1], id, "id");
        eq(log.topics[2], bytes32(uint256(uint160(BUYER))), "buyer");
        eq(log.topics[3], bytes32(uint256(uint160(SELLER))), "seller");
    }

    function _fields() private view returns (bytes memory) {
        return abi.encodePacked(
            abi.encode(a.voucherKey, a.deposit, a.fee, a.openBy, a.expiry),
            abi.encode(a.challenge, a.tenant, a.policy, a.fromVault, a.termsHash)
        );
    }

    function testAWordThatDoesNotFitItsFieldIsRefused() public {
        a = terms();
        bytes memory good = abi.encodeCall(market.acceptOffer, (a));
        for (uint256 word = 0; word < 11; ++word) {
            bytes memory bad = abi.encodePacked(good);
            assembly ("memory-safe") {
                let at := add(add(bad, 36), mul(word, 32))
                mstore(at, or(mload(at), shl(255, 1)))
            }
            bytes32 id = _idOfWords(bad);
            vm.prank(BUYER);
            market.recordOffer(id);
            vm.prank(SELLER);
            (bool done,) = address(market).call(bad);
            yes(!done, "a word that does not fit");
            statusIs(id, Status.OFFER_RECORDED);
        }
        bytes32 right = _idOfWords(good);
        eq(right, market.idOf(a), "id of words");
        vm.prank(BUYER);
        market.recordOffer(right);
        vm.prank(SELLER);
        (bool accepted,) = address(market).call(good);
        yes(accepted, "the good one");
    }

    /// @dev What a careless encoder would take for the id.
    function _idOfWords(bytes memory call) private view returns (bytes32) {
        bytes memory words = new bytes(384);
        for (uint256 i = 0; i < 384; ++i) {
            words[i] = call[i + 4];
        }
        bytes32 typeHash = keccak256(
            "Agreement(address buyer,address seller,address voucherKey,uint96 deposit,uint96 fee,uint40 openBy,uint40 expiry,uint32 challenge,uint32 tenant,uint32 policy,bool fromVault,bytes32 termsHash)"
        );
        (, string memory name, string memory version, uint256 chain, address verifier,,) = market.eip712Domain();
        bytes32 separator = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256(bytes(name)),
                keccak256(bytes(version)),
                chain,
                verifier
            )
        );
        return
            keccak256(abi.encodePacked(hex"1901", separator, keccak256(abi.encodePacked(typeHash, words))));
    }

    // ------------------------------------------------------------------------------------------------------ permit

    function testAPermitThatFailsFailsNothing() public {
        a = terms();
        bytes32 id = market.idOf(a);
        Signature memory s = signature(SELLER_KEY, id);
        Permit memory permit = permitOf(BUYER_KEY, uint256(a.deposit) + a.fee, block.timestamp);
        permit.signature.v = 0;
        vm.prank(BUYER);
        market.openWithPermit(a, s, permit);
        statusIs(id, Status.OPEN);
    }

    function testAPermitUsedByOthersBefore() public {
        vm.prank(BUYER);
        token.approve(address(market), 0);
        a = terms();
        uint256 value = uint256(a.deposit) + a.fee;
        bytes32 id = market.idOf(a);
        Signature memory s = signature(SELLER_KEY, id);
        Permit memory permit = permitOf(BUYER_KEY, value, block.timestamp);
        vm.prank(STRANGER);
        token.permit(
            BUYER, address(market), value, permit.deadline, permit.signature.v, permit.signature.r, permit.signature.s
        );
        vm.prank(BUYER);
        market.openWithPermit(a, s, permit);
        statusIs(id, Status.OPEN);
        eq(token.allowance(BUYER, address(market)), 0, "allowance");
    }

    function testAPermitIsForDepositAndFeeExactly() public {
        vm.prank(BUYER);
        token.approve(address(market), 0);
        a = terms();
        uint256 value = uint256(a.deposit) + a.fee;
        bytes32 id = market.idOf(a);
        Signature memory s = signature(SELLER_KEY, id);
        Permit memory permit = permitOf(BUYER_KEY, value + 1, block.timestamp);
        vm.prank(BUYER);
        vm.expectRevert();
        market.openWithPermit(a, s, permit);
        permit = permitOf(BUYER_KEY, value, block.timestamp);
        vm.prank(SELLER);
        market.openWithPermit(a, signature(BUYER_KEY, id), permit);
        eq(token.allowance(BUYER, address(market)), 0, "allowance");
        statusIs(id, Status.OPEN);
    }

    function testWithoutFundsNothingOpens() public {
        a = terms();
        a.buyer = vm.addr(77);
        bytes32 id = market.idOf(a);
        Signature memory s = signature(SELLER_KEY, id);
        vm.prank(a.buyer);
        vm.expectRevert();
        market.open(a, s);
        a.fromVault = true;
        id = market.idOf(a);
        s = signature(SELLER_KEY, id);
        vm.prank(a.buyer);
        vm.expectRevert(
            abi.encodeWithSelector(
                IEdgeBeatMarket.VaultTooSmall.selector, a.buyer, 0, uint256(a.deposit) + a.fee
            )
        );
        market.open(a, s);
        statusIs(id, Status.NONE);
    }
}
