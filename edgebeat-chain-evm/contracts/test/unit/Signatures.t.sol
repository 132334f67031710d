// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EdgeBeatMarket} from "../../src/EdgeBeatMarket.sol";
import {IEdgeBeatMarket} from "../../src/interfaces/IEdgeBeatMarket.sol";
import {
    Agreement,
    Permit,
    Settlement,
    Signature,
    Status,
    Voucher,
    VoucherClaim
} from "../../src/interfaces/MarketTypes.sol";
import {TickChain} from "../../src/libraries/TickChain.sol";
import {Wallet} from "../support/Doubles.sol";
import {States} from "../support/States.sol";

/// @title What is signed, by whom, and where it counts
contract SignaturesTest is States {
    // ----------------------------------------------------------------------------------------------------- vectors

    /// @notice The Java library computes the same ids, digests and chains.
    function testVectorsOfTheJavaLibrary() public {
        string memory json = vm.readFile("test/vectors/eip712.json");
        bytes memory code = creation("EdgeBeatMarket", abi.encode(token, core, 1, 1, 1));
        vm.prank(vm.parseJsonAddress(json, ".deployer"));
        EdgeBeatMarket there = EdgeBeatMarket(create(code));
        eq(address(there), vm.parseJsonAddress(json, ".market"), "market");
        address signer = vm.parseJsonAddress(json, ".signer");
        eq(signer, KEY, "signer");
        uint256 count = vm.parseJsonUint(json, ".count");
        eq(count, 24, "count");
        for (uint256 i = 0; i < count; ++i) {
            _vector(there, json, string.concat(".cases[", vm.toString(i), "]"));
        }
    }

    function _vector(EdgeBeatMarket there, string memory json, string memory at_) private {
        vm.chainId(vm.parseJsonUint(json, string.concat(at_, ".chain")));
        uint256[] memory n = vm.parseJsonUintArray(json, string.concat(at_, ".numbers"));
        // forge-lint: disable-start(unsafe-typecast)
        Agreement memory a = Agreement({
            buyer: vm.parseJsonAddress(json, string.concat(at_, ".buyer")),
            seller: vm.parseJsonAddress(json, string.concat(at_, ".seller")),
            voucherKey: vm.parseJsonAddress(json, string.concat(at_, ".voucherKey")),
            deposit: uint96(n[0]),
            fee: uint96(n[1]),
            openBy: uint40(n[2]),
            expiry: uint40(n[3]),
            challenge: uint32(n[4]),
            tenant: uint32(n[5]),
            policy: uint32(n[6]),
            fromVault: vm.parseJsonBool(json, string.concat(at_, ".fromVault")),
            termsHash: vm.parseJsonBytes32(json, string.concat(at_, ".termsHash"))
        });
        bytes32 id = vm.parseJsonBytes32(json, string.concat(at_, ".id"));
        eq(there.idOf(a), id, "id");
        n = vm.parseJsonUintArray(json, string.concat(at_, ".voucher"));
        Voucher memory v = Voucher(
            id,
            uint64(n[0]),
            uint96(n[1]),
            vm.parseJsonBytes32(json, string.concat(at_, ".tickAnchor")),
            uint96(n[2]),
            uint32(n[3]),
            vm.parseJsonBytes32(json, string.concat(at_, ".usageHash"))
        );
        // forge-lint: disable-end(unsafe-typecast)
        bytes32 digest = vm.parseJsonBytes32(json, string.concat(at_, ".voucherDigest"));
        eq(there.voucherDigest(v), digest, "voucher");
        eq(
            keccak256(sign(VOUCHER_KEY, digest)),
            keccak256(vm.parseJsonBytes(json, string.concat(at_, ".signature"))),
            "signature"
        );
        bytes32 preimage = vm.parseJsonBytes32(json, string.concat(at_, ".preimage"));
        eq(TickChain.back(id, preimage, n[4]), v.tickAnchor, "chain");
        // forge-lint: disable-next-item(unsafe-typecast)
        Settlement memory s = Settlement(
            id,
            uint96(vm.parseJsonUint(json, string.concat(at_, ".cumulative"))),
            vm.parseJsonBytes32(json, string.concat(at_, ".invoiceHash"))
        );
        eq(
            there.settlementDigest(s),
            vm.parseJsonBytes32(json, string.concat(at_, ".settlementDigest")),
            "settlement"
        );
    }

    // ---------------------------------------------------------------------------------------------- who has agreed

    function testOpenNeedsTheOtherParty() public {
        Agreement memory a = terms();
        bytes32 id = market.idOf(a);
        bytes memory ofBuyer = abi.encodeWithSelector(IEdgeBeatMarket.BadSignature.selector, BUYER);
        bytes memory ofSeller = abi.encodeWithSelector(IEdgeBeatMarket.BadSignature.selector, SELLER);
        uint256[4] memory keys = [BUYER_KEY, VOUCHER_KEY, STRANGER_KEY, 0];
        for (uint256 i = 0; i < 4; ++i) {
            Signature memory s = keys[i] == 0 ? Signature(27, 0, 0) : signature(keys[i], id);
            vm.prank(BUYER);
            vm.expectRevert(ofSeller);
            market.open(a, s);
            if (i > 0) {
                vm.prank(SELLER);
                vm.expectRevert(ofBuyer);
                market.open(a, s);
            }
            vm.prank(STRANGER);
            vm.expectRevert(ofBuyer);
            market.open(a, s);
        }
        Signature memory good = signature(SELLER_KEY, id);
        vm.prank(STRANGER);
        vm.expectRevert(ofBuyer);
        market.open(a, good);
        good = signature(BUYER_KEY, id);
        vm.prank(SELLER);
        market.open(a, good);
        statusIs(id, Status.OPEN);
    }

    /// @notice What is malformed is nobody's signature, and so not that of a party which is 0 either.
    function testNobodySignsForAPartyThatIsZero() public {
        bytes memory refusal = abi.encodeWithSelector(IEdgeBeatMarket.BadSignature.selector, address(0));
        Signature[3] memory bad = [Signature(0, 0, 0), Signature(27, 0, 0), Signature(28, bytes32(uint256(1)), 0)];
        for (uint256 i = 0; i < 12; ++i) {
            Agreement memory a = terms();
            a.fromVault = i % 4 > 1;
            if (i % 2 == 0) a.seller = address(0);
            else a.buyer = address(0);
            address sender = i % 2 == 0 ? BUYER : SELLER;
            Permit memory permit = permitOf(BUYER_KEY, uint256(a.deposit) + a.fee, block.timestamp);
            vm.startPrank(sender);
            vm.expectRevert(refusal);
            market.open(a, bad[i / 4]);
            vm.expectRevert(refusal);
            market.openWithPermit(a, bad[i / 4], permit);
            vm.expectRevert(refusal);
            market.openFor(a, "", "");
            vm.stopPrank();
            statusIs(market.idOf(a), Status.NONE);
        }
    }

    /// @notice The voucher key signs vouchers and settlements for the buyer: it opens nothing, for neither party.
    function testTheVoucherKeyOpensNothing() public {
        bytes memory ofBuyer = abi.encodeWithSelector(IEdgeBeatMarket.BadSignature.selector, BUYER);
        bytes memory ofSeller = abi.encodeWithSelector(IEdgeBeatMarket.BadSignature.selector, SELLER);
        Agreement memory a = terms();
        bytes32 id = market.idOf(a);
        Signature memory byKey = signature(VOUCHER_KEY, id);
        bytes memory packed = sign(VOUCHER_KEY, id);
        Permit memory permit = permitOf(BUYER_KEY, uint256(a.deposit) + a.fee, block.timestamp);
        (bytes memory b, bytes memory s) = agreed(a);
        vm.startPrank(SELLER);
        vm.expectRevert(ofBuyer);
        market.openWithPermit(a, byKey, permit);
        vm.expectRevert(ofBuyer);
        market.openFor(a, packed, "");
        vm.stopPrank();
        vm.startPrank(BUYER);
        vm.expectRevert(ofSeller);
        market.openWithPermit(a, byKey, permit);
        vm.expectRevert(ofSeller);
        market.openFor(a, "", packed);
        vm.stopPrank();
        vm.startPrank(STRANGER);
        vm.expectRevert(ofBuyer);
        market.openFor(a, packed, s);
        vm.expectRevert(ofSeller);
        market.openFor(a, b, packed);
        vm.stopPrank();
        // As a sender it is a stranger.
        vm.startPrank(KEY);
        vm.expectRevert(ofBuyer);
        market.open(a, signature(SELLER_KEY, id));
        vm.expectRevert(ofBuyer);
        market.openFor(a, "", s);
        vm.expectRevert(ofSeller);
        market.openFor(a, b, "");
        vm.stopPrank();
        statusIs(id, Status.NONE);
    }

    function testTheVoucherKeySendsForNobody() public {
        bytes memory refusal = abi.encodeWithSelector(IEdgeBeatMarket.NotAllowed.selector, KEY);
        (Agreement memory a, bytes32 id) = opened();
        VoucherClaim memory c = worth(id, EDG);
        vm.startPrank(KEY);
        vm.expectRevert(refusal);
        market.release(a);
        vm.expectRevert(refusal);
        market.releaseWithVoucher(a, c);
        vm.expectRevert(refusal);
        market.requestClose(a);
        vm.expectRevert(refusal);
        market.terminate(a, EDG, "invoice");
        vm.stopPrank();
        statusIs(id, Status.OPEN);
        Status[4] memory before = [Status.NONE, Status.OFFER_RECORDED, Status.ACCEPTED, Status.FEE_HELD];
        for (uint256 i = 0; i < 4; ++i) {
            (a, id) = inState(before[i]);
            bytes4[2] memory commands = [IEdgeBeatMarket.cancel.selector, IEdgeBeatMarket.cancel.selector];
            if (i == 1) commands[1] = IEdgeBeatMarket.acceptOffer.selector;
            if (i == 2) commands[1] = IEdgeBeatMarket.depositFee.selector;
            if (i == 3) {
                commands = [IEdgeBeatMarket.fundChannel.selector, IEdgeBeatMarket.reclaimFee.selector];
            }
            for (uint256 k = 0; k < 2; ++k) {
                vm.prank(KEY);
                (bool done, bytes memory answer) = address(market).call(abi.encodeWithSelector(commands[k], a));
                yes(!done, "the voucher key sends for a party");
                eq(keccak256(answer), keccak256(refusal), "refusal");
            }
            statusIs(id, before[i]);
        }
    }

    function testOpenForNeedsBothButWhoSends() public {
        Agreement memory a = terms();
        bytes32 id = market.idOf(a);
        (bytes memory b, bytes memory s) = agreed(a);
        bytes memory ofBuyer = abi.encodeWithSelector(IEdgeBeatMarket.BadSignature.selector, BUYER);
        bytes memory ofSeller = abi.encodeWithSelector(IEdgeBeatMarket.BadSignature.selector, SELLER);
        vm.startPrank(STRANGER);
        vm.expectRevert(ofBuyer);
        market.openFor(a, "", "");
        vm.expectRevert(ofBuyer);
        market.openFor(a, s, b);
        vm.expectRevert(ofSeller);
        market.openFor(a, b, "");
        vm.expectRevert(ofSeller);
        market.openFor(a, b, b);
        // 64 bytes are no signature here, nor are 66.
        vm.expectRevert(ofSeller);
        market.openFor(a, b, abi.encodePacked(bytes32(s), bytes32(s)));
        vm.expectRevert(ofSeller);
        market.openFor(a, b, abi.encodePacked(s, hex"00"));
        vm.stopPrank();
        vm.prank(BUYER);
        vm.expectRevert(ofSeller);
        market.openFor(a, "", "");
        vm.prank(SELLER);
        vm.expectRevert(ofBuyer);
        market.openFor(a, "", "");
        uint256 before = vm.snapshotState();
        vm.prank(STRANGER);
        market.openFor(a, b, s);
        statusIs(id, Status.OPEN);
        vm.revertToState(before);
        vm.prank(BUYER);
        market.openFor(a, "", s);
        statusIs(id, Status.OPEN);
        vm.revertToState(before);
        vm.prank(SELLER);
        market.openFor(a, b, "");
        statusIs(id, Status.OPEN);
    }

    function testSettleIsSignedByBuyerOrVoucherKeyAndBySellerOnly() public {
        (Agreement memory a, bytes32 id) = opened();
        Settlement memory s = Settlement(id, EDG, "invoice");
        bytes32 digest = market.settlementDigest(s);
        bytes memory ofBuyer = abi.encodeWithSelector(IEdgeBeatMarket.BadSignature.selector, BUYER);
        bytes memory ofSeller = abi.encodeWithSelector(IEdgeBeatMarket.BadSignature.selector, SELLER);
        Signature memory byKey = signature(VOUCHER_KEY, digest);
        Signature memory byBuyer = signature(BUYER_KEY, digest);
        Signature memory bySeller = signature(SELLER_KEY, digest);
        vm.startPrank(BUYER);
        vm.expectRevert(ofSeller);
        market.settle(a, s, byKey);
        vm.expectRevert(ofSeller);
        market.settle(a, s, byBuyer);
        vm.stopPrank();
        vm.startPrank(SELLER);
        vm.expectRevert(ofBuyer);
        market.settle(a, s, bySeller);
        vm.stopPrank();
        // The voucher key is no party: as a sender it needs both signatures like anybody.
        vm.startPrank(KEY);
        vm.expectRevert(ofBuyer);
        market.settle(a, s, bySeller);
        vm.expectRevert(ofBuyer);
        market.settleFor(a, s, "", sign(SELLER_KEY, digest));
        vm.expectRevert(ofSeller);
        market.settleFor(a, s, sign(VOUCHER_KEY, digest), sign(VOUCHER_KEY, digest));
        vm.stopPrank();
        uint256 before = vm.snapshotState();
        for (uint256 i = 0; i < 5; ++i) {
            if (i == 0) {
                vm.prank(SELLER);
                market.settle(a, s, byKey);
            } else if (i == 1) {
                vm.prank(SELLER);
                market.settle(a, s, byBuyer);
            } else if (i == 2) {
                vm.prank(BUYER);
                market.settle(a, s, bySeller);
            } else if (i == 3) {
                vm.prank(STRANGER);
                market.settleFor(a, s, sign(VOUCHER_KEY, digest), sign(SELLER_KEY, digest));
            } else {
                vm.prank(STRANGER);
                market.settleFor(a, s, sign(BUYER_KEY, digest), sign(SELLER_KEY, digest));
            }
            statusIs(id, Status.CLOSED);
            vm.revertToState(before);
        }
    }

    function testEveryFieldOfASettlementIsSigned() public {
        (Agreement memory a, bytes32 id) = opened();
        Settlement memory s = Settlement(id, EDG, "invoice");
        Signature memory by = signature(VOUCHER_KEY, market.settlementDigest(s));
        vm.startPrank(SELLER);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.BadSignature.selector, BUYER));
        market.settle(a, Settlement(id, EDG + 1, "invoice"), by);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.BadSignature.selector, BUYER));
        market.settle(a, Settlement(id, EDG, "invoicf"), by);
        vm.stopPrank();
    }

    /// @notice A voucher is no settlement and an Agreement is neither, though one key signs two of them.
    function testOnePurposeOneType() public {
        (Agreement memory a, bytes32 id) = opened();
        VoucherClaim memory c = worth(id, EDG);
        Settlement memory s = Settlement(id, EDG, 0);
        vm.prank(SELLER);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.BadSignature.selector, BUYER));
        market.settle(a, s, c.signature);
        c.signature = signature(VOUCHER_KEY, market.settlementDigest(s));
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.BadVoucherSignature.selector, KEY));
        market.claim(a, c);
        c.signature = signature(VOUCHER_KEY, id);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.BadVoucherSignature.selector, KEY));
        market.claim(a, c);
    }

    /// @notice On another chain, and in another market on this one, nothing that was signed counts.
    function testOneChainOneMarket() public {
        (Agreement memory a, bytes32 id) = opened();
        VoucherClaim memory c = worth(id, EDG);
        EdgeBeatMarket other = makeMarket();
        yes(other.idOf(a) != id, "id in another market");
        vm.expectRevert(
            abi.encodeWithSelector(
                IEdgeBeatMarket.WrongState.selector, other.idOf(a), Status.NONE, IEdgeBeatMarket.claim.selector
            )
        );
        other.claim(a, c);
        Agreement memory b = terms();
        Signature memory s = signature(SELLER_KEY, market.idOf(b));
        vm.prank(BUYER);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.BadSignature.selector, SELLER));
        other.open(b, s);
        vm.chainId(block.chainid + 1);
        yes(market.idOf(a) != id, "id on another chain");
        vm.expectRevert(wrongState(market.idOf(a), Status.NONE, IEdgeBeatMarket.claim.selector));
        market.claim(a, c);
        vm.prank(BUYER);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.BadSignature.selector, SELLER));
        market.open(b, s);
    }

    // ---------------------------------------------------------------------------------------------------- ERC-1271

    /// @notice A contract is asked about this digest and these bytes, and agrees to no others.
    function testPartiesThatAreContracts() public {
        for (uint256 i = 0; i < 2; ++i) {
            Wallet wallet = new Wallet();
            fund(address(wallet));
            Agreement memory a = terms();
            if (i == 0) a.buyer = address(wallet);
            else a.seller = address(wallet);
            bytes32 id = market.idOf(a);
            bytes memory other = sign(i == 0 ? SELLER_KEY : BUYER_KEY, id);
            bytes memory refusal = abi.encodeWithSelector(IEdgeBeatMarket.BadSignature.selector, address(wallet));
            bytes memory data =
                abi.encodeCall(market.openFor, (a, i == 0 ? bytes("any") : other, i == 0 ? other : bytes("any")));
            _asks(wallet, data, id, refusal);
            statusIs(id, Status.OPEN);

            Settlement memory s = Settlement(id, EDG, "invoice");
            bytes32 digest = market.settlementDigest(s);
            other = sign(i == 0 ? SELLER_KEY : BUYER_KEY, digest);
            data = abi.encodeCall(
                market.settleFor, (a, s, i == 0 ? bytes("any") : other, i == 0 ? other : bytes("any"))
            );
            _asks(wallet, data, digest, refusal);
            statusIs(id, Status.CLOSED);
        }
    }

    function _asks(Wallet wallet, bytes memory data, bytes32 digest, bytes memory refusal) private {
        for (uint256 mood = 0; mood < 6; ++mood) {
            if (mood == uint256(Wallet.Mood.YES)) continue;
            wallet.set(Wallet.Mood(mood));
            _refused(data, refusal);
        }
        wallet.expect(digest, "another");
        _refused(data, refusal);
        wallet.expect(digest, "");
        _refused(data, refusal);
        wallet.expect(keccak256("another"), "any");
        _refused(data, refusal);
        wallet.expect(digest, "any");
        vm.prank(STRANGER);
        (bool done,) = address(market).call(data);
        yes(done, "agreed, but refused");
    }

    function _refused(bytes memory data, bytes memory refusal) private {
        vm.prank(STRANGER);
        (bool done, bytes memory answer) = address(market).call(data);
        yes(!done, "done, though a contract has not agreed");
        eq(keccak256(answer), keccak256(refusal), "refusal");
    }

    function testAContractSendsForItself() public {
        Wallet wallet = new Wallet();
        wallet.set(Wallet.Mood.NO);
        Agreement memory a = terms();
        a.seller = address(wallet);
        bytes32 id = market.idOf(a);
        wallet.call(address(market), abi.encodeCall(market.open, (a, signature(BUYER_KEY, id))));
        statusIs(id, Status.OPEN);
        wallet.call(address(market), abi.encodeCall(market.release, (a)));
        statusIs(id, Status.CLOSED);
    }

    /// @notice Code that an account gets later cannot disown what its key has signed, and is not asked about vouchers.
    function testCodeOfAKeyDisownsNothing() public {
        Wallet no = new Wallet();
        Agreement memory a = terms();
        bytes32 id = market.idOf(a);
        (bytes memory b, bytes memory s) = agreed(a);
        vm.etch(BUYER, address(no).code);
        vm.etch(SELLER, address(no).code);
        vm.etch(KEY, address(no).code);
        vm.prank(STRANGER);
        market.openFor(a, b, s);
        market.claim(a, worth(id, EDG));
        Settlement memory settlement = Settlement(id, 2 * EDG, "invoice");
        bytes32 digest = market.settlementDigest(settlement);
        vm.prank(STRANGER);
        market.settleFor(a, settlement, sign(VOUCHER_KEY, digest), sign(SELLER_KEY, digest));
        statusIs(id, Status.CLOSED);
    }

    /// @notice A voucher key that says yes to everything as code is still asked as a key only.
    function testAVoucherKeyIsNeverAskedAsCode() public {
        Wallet yesMan = new Wallet();
        yesMan.set(Wallet.Mood.YES);
        Agreement memory a = terms();
        a.voucherKey = address(yesMan);
        bytes32 id = open(a);
        VoucherClaim memory c = worth(id, EDG);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.BadVoucherSignature.selector, address(yesMan)));
        market.claim(a, c);
        c.signature = Signature(27, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.BadVoucherSignature.selector, address(yesMan)));
        market.claim(a, c);
        Settlement memory s = Settlement(id, EDG, "invoice");
        vm.prank(SELLER);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.BadSignature.selector, BUYER));
        market.settleFor(a, s, "any", "");
    }
}
