// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

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
import {MoneyMath} from "../../src/libraries/MoneyMath.sol";
import {TickChain} from "../../src/libraries/TickChain.sol";
import {States} from "../support/States.sol";

/// @title Each external function of the market with any arguments
contract MarketFuzz is States {
    uint256 private constant ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;

    function setUp() public override {
        super.setUp();
        vm.prank(BUYER);
        market.vaultDeposit(40_000 * EDG);
    }

    function _openable(Agreement memory a) private view returns (bool) {
        return a.tenant == 0 && a.policy == 0 && a.buyer != a.seller && a.buyer != address(0)
            && a.seller != address(0) && a.voucherKey != address(0)
            && a.voucherKey != a.seller && a.deposit != 0 && a.deposit <= 10_000 * EDG && a.fee >= EDG / 100
            && a.challenge >= 1 hours && a.challenge <= 30 days && a.openBy >= block.timestamp
            && a.openBy <= a.expiry && a.expiry <= block.timestamp + 365 days;
    }

    /// @dev Near the edges as often as anywhere; in one of two only one field is drawn.
    function _draw(Agreement memory x, uint256 seed) private returns (Agreement memory a) {
        a = terms();
        uint256 all = seed % 2 == 0 ? type(uint256).max : 1 << ((seed >> 8) % 9);
        if (all & 1 != 0) a.deposit = seed % 3 == 0 ? x.deposit : uint96(within(x.deposit, 0, 10_100 * EDG));
        if (all & 2 != 0) a.fee = seed % 3 == 0 ? x.fee : uint96(within(x.fee, EDG / 100 - 2, EDG));
        if (all & 4 != 0) a.openBy = uint40(within(x.openBy, START - 2, START + 1 days));
        if (all & 8 != 0) a.expiry = uint40(within(x.expiry, a.openBy - 2, START + 365 days + 2));
        if (all & 16 != 0) a.challenge = uint32(within(x.challenge, 1 hours - 2, 30 days + 2));
        if (all & 32 != 0 && seed % 5 == 0) a.tenant = x.tenant;
        if (all & 64 != 0 && seed % 5 == 1) a.policy = x.policy;
        if (all & 128 != 0 && seed % 5 == 2) a.voucherKey = seed % 3 == 0 ? SELLER : address(0);
        if (all & 256 != 0 && seed % 5 == 3) {
            if (seed % 3 == 0) a.buyer = address(0);
            else a.seller = address(0);
        }
        a.fromVault = x.fromVault;
        a.termsHash = x.termsHash;
    }

    function _canPay(Agreement memory a) private view returns (bool) {
        uint256 sum = uint256(a.deposit) + a.fee;
        return sum <= (a.fromVault ? market.vaultOf(BUYER) : token.balanceOf(BUYER));
    }

    function testFuzz_open(Agreement memory x, uint256 seed, bool bySeller) public {
        Agreement memory a = _draw(x, seed);
        bytes32 id = market.idOf(a);
        uint256 wealth = token.balanceOf(BUYER) + market.vaultOf(BUYER);
        bool legal = _openable(a) && _canPay(a);
        Signature memory s = signature(bySeller ? BUYER_KEY : SELLER_KEY, id);
        // Nobody can sign for a party that is 0, nor does what nobody has signed do.
        if (a.buyer == address(0) || a.seller == address(0)) s.v = uint8(seed >> 16) % 27;
        bytes memory data = abi.encodeCall(market.open, (a, s));
        vm.prank(bySeller ? SELLER : BUYER);
        (bool done,) = address(market).call(data);
        yes(done == legal, legal ? "legal" : "not legal");
        statusIs(id, done ? Status.OPEN : Status.NONE);
        eq(
            token.balanceOf(BUYER) + market.vaultOf(BUYER),
            done ? wealth - a.deposit - a.fee : wealth,
            "what it costs"
        );
    }

    function testFuzz_openWithPermit(Agreement memory x, uint256 seed, Permit memory p) public {
        Agreement memory a = _draw(x, seed);
        bytes32 id = market.idOf(a);
        bool legal = _openable(a) && _canPay(a);
        if (seed % 3 == 0) p = permitOf(BUYER_KEY, uint256(a.deposit) + a.fee, block.timestamp);
        bytes memory data = abi.encodeCall(market.openWithPermit, (a, signature(SELLER_KEY, id), p));
        vm.prank(BUYER);
        (bool done,) = address(market).call(data);
        yes(done == legal, legal ? "legal, whatever the permit is" : "not legal");
    }

    function testFuzz_openFor(Agreement memory x, uint256 seed, bytes memory junk, uint8 spoil) public {
        Agreement memory a = _draw(x, seed);
        bytes32 id = market.idOf(a);
        (bytes memory b, bytes memory s) = agreed(a);
        bool good = true;
        if (spoil % 8 < 4) {
            bytes memory which = spoil % 2 == 0 ? b : s;
            if (spoil % 8 < 2) {
                if (junk.length > 0 && junk.length < 300) (spoil % 2 == 0 ? b = junk : s = junk);
                else (spoil % 2 == 0 ? b = "" : s = "");
            } else {
                // One bit of 520.
                which[(seed >> 16) % 65] ^= bytes1(uint8(1 << ((seed >> 32) % 8)));
            }
            good = false;
        }
        bool legal = good && _openable(a) && _canPay(a);
        vm.prank(STRANGER);
        (bool done,) = address(market).call(abi.encodeCall(market.openFor, (a, b, s)));
        yes(done == legal, legal ? "legal" : "not legal");
        statusIs(id, done ? Status.OPEN : Status.NONE);
    }

    function testFuzz_recordOffer(bytes32 id, address sender) public {
        vm.assume(sender != address(0));
        vm.prank(sender);
        market.recordOffer(id);
        yes(market.isRecorded(id, sender), "recorded");
        vm.prank(sender);
        vm.expectRevert(abi.encodeWithSelector(IEdgeBeatMarket.OfferAlreadyRecorded.selector, id, sender));
        market.recordOffer(id);
    }

    function testFuzz_acceptOffer(Agreement memory x, uint256 seed, uint8 first) public {
        Agreement memory a = _draw(x, seed);
        bytes32 id = market.idOf(a);
        if (first % 4 == 0) {
            vm.prank(STRANGER);
            market.recordOffer(id);
        }
        if (first % 3 != 0) {
            vm.prank(BUYER);
            market.recordOffer(id);
        }
        bool legal = first % 3 != 0 && _openable(a);
        vm.prank(SELLER);
        (bool done,) = address(market).call(abi.encodeCall(market.acceptOffer, (a)));
        yes(done == legal, legal ? "legal" : "not legal");
    }

    function testFuzz_depositFee(uint96 fee, bool vault, uint40 late) public {
        Agreement memory a = terms();
        (a.fee, a.fromVault) = (uint96(within(fee, EDG / 100, 50_000 * EDG)), vault);
        bytes32 id = market.idOf(a);
        vm.prank(BUYER);
        market.recordOffer(id);
        vm.prank(SELLER);
        market.acceptOffer(a);
        vm.warp(block.timestamp + within(late, 0, 20 minutes));
        uint256 purse = vault ? market.vaultOf(BUYER) : token.balanceOf(BUYER);
        bool legal = block.timestamp <= a.openBy && purse >= a.fee;
        vm.prank(BUYER);
        (bool done,) = address(market).call(abi.encodeCall(market.depositFee, (a)));
        yes(done == legal, "depositFee");
        eq(vault ? market.vaultOf(BUYER) : token.balanceOf(BUYER), done ? purse - a.fee : purse, "fee");
    }

    function testFuzz_fundChannel(bool vault, uint40 late) public {
        (Agreement memory a, bytes32 id) = inState(Status.FEE_HELD, vault);
        vm.warp(block.timestamp + within(late, 0, 20 minutes));
        vm.prank(BUYER);
        (bool done,) = address(market).call(abi.encodeCall(market.fundChannel, (a)));
        yes(done == (block.timestamp <= a.openBy), "fundChannel");
        statusIs(id, done ? Status.OPEN : Status.FEE_HELD);
    }

    function testFuzz_reclaimFee(address sender, bool vault, uint40 late) public {
        (Agreement memory a,) = inState(Status.FEE_HELD, vault);
        vm.warp(block.timestamp + within(late, 0, 20 minutes));
        if (late % 3 == 0) sender = BUYER;
        uint256 wealth = token.balanceOf(BUYER) + market.vaultOf(BUYER);
        vm.prank(sender);
        (bool done,) = address(market).call(abi.encodeCall(market.reclaimFee, (a)));
        yes(done == (sender == BUYER || block.timestamp > a.openBy), "reclaimFee");
        eq(token.balanceOf(BUYER) + market.vaultOf(BUYER), done ? wealth + a.fee : wealth, "fee");
    }

    function testFuzz_cancel(address sender, uint8 state) public {
        (Agreement memory a, bytes32 id) = inState(Status(state % 8));
        if (state % 5 != 0) sender = state % 2 == 0 ? BUYER : SELLER;
        vm.prank(sender);
        (bool done,) = address(market).call(abi.encodeCall(market.cancel, (a)));
        yes(done == (state % 8 <= 2 && (sender == BUYER || sender == SELLER)), "cancel");
        statusIs(id, done ? Status.LAPSED : Status(state % 8));
    }

    function testFuzz_topUp(uint96 amount, uint40 late, address sender) public {
        (Agreement memory a, bytes32 id) = opened();
        vm.assume(sender != address(market) && sender != address(0) && sender != BANK);
        if (sender != BUYER && sender != SELLER && sender != STRANGER) fund(sender);
        amount = uint96(within(amount, 0, 12_000 * EDG));
        vm.warp(block.timestamp + within(late, 0, 12 days));
        bool legal = amount != 0 && amount <= 9_900 * EDG && block.timestamp < a.expiry;
        vm.prank(sender);
        (bool done,) = address(market).call(abi.encodeCall(market.topUp, (a, amount)));
        yes(done == legal, "topUp");
        (,,, uint96 topUps) = market.agreementOf(id);
        eq(topUps, done ? amount : 0, "topUps");
    }

    function testFuzz_claim(
        uint96 cumulative,
        uint96 tick,
        uint32 n,
        uint32 k,
        uint96 before,
        uint96 more,
        address sender
    ) public {
        (Agreement memory a, bytes32 id) = opened();
        n = uint32(within(n, 0, 40));
        k = uint32(within(k, 0, n));
        if (more % 2 == 0) (cumulative, tick) = (cumulative % (120 * EDG), tick % (3 * EDG));
        market.claim(a, worth(id, uint96(before % (110 * EDG))));
        more = uint96(within(more, 1, 50 * EDG));
        vm.prank(STRANGER);
        market.topUp(a, more);
        (,, uint96 was,) = market.agreementOf(id);
        uint256 paid = token.balanceOf(SELLER);
        uint256 value = uint256(cumulative) + uint256(k) * tick;
        uint256 due = value > uint256(100 * EDG) + more ? uint256(100 * EDG) + more : value;
        if (due < was) due = was;
        VoucherClaim memory c = worth(id, cumulative, tick, n, k);
        vm.prank(sender);
        market.claim(a, c);
        eq(token.balanceOf(SELLER), paid + due - was, "paid");
    }

    function testFuzz_claimOfASpoiltVoucher(VoucherClaim memory x, uint8 what, uint256 bit) public {
        (Agreement memory a, bytes32 id) = opened();
        VoucherClaim memory c = worth(id, 3 * EDG, EDG, 12, 7);
        bytes32 good = keccak256(abi.encode(c));
        what %= 12;
        if (what == 0) c.voucher.agreementId = x.voucher.agreementId;
        if (what == 1) c.voucher.sequence = x.voucher.sequence;
        if (what == 2) c.voucher.cumulative = x.voucher.cumulative;
        if (what == 3) c.voucher.tickAnchor = x.voucher.tickAnchor;
        if (what == 4) c.voucher.tickAmount = x.voucher.tickAmount;
        if (what == 5) c.voucher.tickCount = x.voucher.tickCount;
        if (what == 6) c.voucher.usageHash = x.voucher.usageHash;
        if (what == 7) c.ticks = uint32(within(x.ticks, 1, 2000));
        if (what == 8) c.preimage = bytes32(uint256(c.preimage) ^ (1 << (bit % 256)));
        if (what == 9) c.signature.v = x.signature.v;
        if (what == 10) c.signature.r = bytes32(uint256(c.signature.r) ^ (1 << (bit % 256)));
        if (what == 11) c.signature.s = bytes32(uint256(c.signature.s) ^ (1 << (bit % 256)));
        vm.assume(keccak256(abi.encode(c)) != good);
        (bool done,) = address(market).call(abi.encodeCall(market.claim, (a, c)));
        yes(!done, "a voucher of another one");
        vm.prank(SELLER);
        (done,) = address(market).call(abi.encodeCall(market.releaseWithVoucher, (a, c)));
        yes(!done, "a voucher of another one, released");
    }

    function testFuzz_anyBytesAreNoSignature(bytes32 r, bytes32 s, uint8 v) public {
        (Agreement memory a, bytes32 id) = opened();
        VoucherClaim memory c = worth(id, 3 * EDG);
        c.signature = Signature(v, r, s);
        (bool done,) = address(market).call(abi.encodeCall(market.claim, (a, c)));
        yes(!done, "claimed");
    }

    function testFuzz_requestClose(uint40 late, address sender, bool byBuyer) public {
        (Agreement memory a, bytes32 id) = opened();
        vm.warp(block.timestamp + within(late, 0, 20 days));
        if (byBuyer) sender = BUYER;
        vm.prank(sender);
        (bool done,) = address(market).call(abi.encodeCall(market.requestClose, (a)));
        yes(done == (sender == BUYER), "requestClose");
        (, uint40 closeAt,,) = market.agreementOf(id);
        uint256 from = block.timestamp < a.expiry ? block.timestamp : a.expiry;
        eq(closeAt, done ? from + a.challenge : 0, "deadline");
    }

    function testFuzz_settle(uint96 sum, uint96 before, bool bySeller, bool withKey, bytes32 invoice) public {
        (Agreement memory a, bytes32 id) = opened();
        before = uint96(within(before, 0, 100 * EDG));
        market.claim(a, worth(id, before));
        sum = uint96(within(sum, 0, 110 * EDG));
        uint256 key = bySeller ? (withKey ? VOUCHER_KEY : BUYER_KEY) : SELLER_KEY;
        bytes memory data = _settle(a, Settlement(id, sum, invoice), key);
        uint256 paid = token.balanceOf(SELLER);
        uint256 buyer = token.balanceOf(BUYER);
        vm.prank(bySeller ? SELLER : BUYER);
        (bool done,) = address(market).call(data);
        yes(done == (sum >= before && sum <= 100 * EDG), "settle");
        if (done) {
            eq(token.balanceOf(SELLER), paid + sum - before, "seller");
            eq(market.feePot(), sum < EDG ? sum : EDG, "fee");
            eq(token.balanceOf(BUYER), buyer + 101 * EDG - sum - market.feePot(), "buyer");
        }
    }

    function _settle(Agreement memory a, Settlement memory s, uint256 key) private view returns (bytes memory) {
        return abi.encodeCall(market.settle, (a, s, signature(key, market.settlementDigest(s))));
    }

    function testFuzz_settleFor(uint96 sum, bytes memory junk, uint8 spoil, uint256 bit) public {
        (Agreement memory a, bytes32 id) = opened();
        Settlement memory s = Settlement(id, uint96(within(sum, 0, 110 * EDG)), "invoice");
        bytes32 digest = market.settlementDigest(s);
        bytes memory b = sign(spoil % 2 == 0 ? BUYER_KEY : VOUCHER_KEY, digest);
        bytes memory l = sign(SELLER_KEY, digest);
        bool good = spoil % 6 < 3;
        if (!good) {
            bytes memory which = spoil % 6 == 3 ? b : l;
            if (spoil % 6 == 5 && junk.length < 300) b = junk;
            else which[bit % 65] ^= bytes1(uint8(1 << ((bit >> 16) % 8)));
        }
        vm.prank(STRANGER);
        (bool done,) = address(market).call(abi.encodeCall(market.settleFor, (a, s, b, l)));
        yes(done == (good && s.cumulative <= 100 * EDG), "settleFor");
        statusIs(id, done ? Status.CLOSED : Status.OPEN);
    }

    function testFuzz_terminate(uint96 mine, uint96 theirs, bytes32 a1, bytes32 a2, bool equal) public {
        (Agreement memory a, bytes32 id) = opened();
        (mine, theirs) = (uint96(within(mine, 0, 105 * EDG)), uint96(within(theirs, 0, 105 * EDG)));
        if (equal) (theirs, a2) = (mine, a1);
        vm.prank(BUYER);
        (bool first,) = address(market).call(abi.encodeCall(market.terminate, (a, mine, a1)));
        vm.prank(SELLER);
        (bool second,) = address(market).call(abi.encodeCall(market.terminate, (a, theirs, a2)));
        yes(first == (mine <= 100 * EDG) && second == (theirs <= 100 * EDG), "terminate");
        bool settles = first && second && mine == theirs && a1 == a2;
        statusIs(id, settles ? Status.CLOSED : Status.OPEN);
    }

    function testFuzz_release(uint96 before, address sender, bool bySeller, bool vault) public {
        (Agreement memory a, bytes32 id) = inState(Status.OPEN, vault);
        uint256 was = _claimed(a, id, before);
        _releases(abi.encodeCall(market.release, (a)), bySeller ? SELLER : sender, was, was);
    }

    function testFuzz_releaseWithVoucher(uint96 before, uint96 sum, address sender, bool bySeller, bool vault) public {
        (Agreement memory a, bytes32 id) = inState(Status.OPEN, vault);
        uint256 was = _claimed(a, id, before);
        if (before % 2 == 0) sum = uint96(within(sum, 0, 110 * EDG));
        uint256 all = sum > 100 * EDG ? 100 * EDG : sum < was ? was : sum;
        bytes memory data = abi.encodeCall(market.releaseWithVoucher, (a, worth(id, sum)));
        _releases(data, bySeller ? SELLER : sender, was, all);
    }

    /// @dev Claims before; mostly less than the whole.
    function _claimed(Agreement memory a, bytes32 id, uint96 before) private returns (uint256) {
        before = uint96(within(before, 0, 110 * EDG));
        market.claim(a, worth(id, before));
        return before > 100 * EDG ? 100 * EDG : before;
    }

    function _releases(bytes memory data, address sender, uint256 was, uint256 all) private {
        uint256 paid = token.balanceOf(SELLER);
        vm.prank(sender);
        (bool done,) = address(market).call(data);
        yes(done == (sender == SELLER), "release");
        eq(token.balanceOf(SELLER), done ? paid + all - was : paid, "seller");
        eq(market.feePot() + market.feesOf(BUYER), !done ? 0 : all < EDG ? all : EDG, "fee");
    }

    /// @notice Step by step or with two transactions: everybody ends with the same, to the unit.
    function testFuzz_bothWaysEndEqual(uint96 deposit, uint96 fee, uint96 more, uint96 before, uint96 sum, bool vault)
        public
    {
        Agreement memory a = terms();
        a.deposit = uint96(within(deposit, 1, 10_000 * EDG));
        a.fee = uint96(within(fee, EDG / 100, deposit % 2 == 0 ? EDG : 20_000 * EDG));
        a.fromVault = vault;
        more = uint96(within(more, 0, 10_000 * EDG - a.deposit));
        before = uint96(within(before, 0, uint256(a.deposit) + more));
        sum = uint96(within(sum, before, uint256(a.deposit) + more));
        uint256 start = vm.snapshotState();
        bytes32 compact = _ends(a, more, before, sum, false);
        vm.revertToState(start);
        eq(_ends(a, more, before, sum, true), compact, "another end");
    }

    function _ends(Agreement memory a, uint96 more, uint96 before, uint96 sum, bool literal) private returns (bytes32) {
        bytes32 id = market.idOf(a);
        if (literal) {
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
        if (more != 0) {
            vm.prank(STRANGER);
            market.topUp(a, more);
        }
        market.claim(a, worth(id, before));
        bytes memory data = literal
            ? abi.encodeCall(market.terminate, (a, sum, "invoice"))
            : _settle(a, Settlement(id, sum, "invoice"), VOUCHER_KEY);
        if (literal) {
            vm.prank(BUYER);
            market.terminate(a, sum, "invoice");
        }
        vm.prank(SELLER);
        (bool done,) = address(market).call(data);
        yes(done, "ended");
        (Status s, uint40 closeAt, uint96 paid, uint96 topUps) = market.agreementOf(id);
        return keccak256(
            abi.encode(
                abi.encode(s, closeAt, paid, topUps, market.feePot(), market.feesOf(BUYER), market.vaultOf(BUYER)),
                token.balanceOf(BUYER),
                token.balanceOf(SELLER),
                token.balanceOf(STRANGER),
                token.balanceOf(address(market))
            )
        );
    }

    function testFuzz_finalize(uint40 asked, uint40 late, address sender) public {
        (Agreement memory a, bytes32 id) = opened();
        uint256 deadline = uint256(a.expiry) + a.challenge;
        if (asked % 2 == 0) {
            vm.warp(START + within(asked, 0, 12 days));
            vm.prank(BUYER);
            market.requestClose(a);
            uint256 from = block.timestamp < a.expiry ? block.timestamp : a.expiry;
            deadline = from + a.challenge;
        }
        vm.warp(within(late, deadline - 3 days, deadline + 3 days));
        vm.prank(sender);
        (bool done,) = address(market).call(abi.encodeCall(market.finalize, (a)));
        yes(done == (block.timestamp >= deadline), "finalize");
        statusIs(id, done ? Status.CLOSED : asked % 2 == 0 ? Status.CLOSING : Status.OPEN);
    }

    function testFuzz_vaultDeposit(uint256 amount) public {
        if (amount % 2 == 0) amount %= 120_000 * EDG;
        uint256 wallet = token.balanceOf(BUYER);
        uint256 vault = market.vaultOf(BUYER);
        vm.prank(BUYER);
        (bool done,) = address(market).call(abi.encodeCall(market.vaultDeposit, (amount)));
        yes(done == (amount != 0 && amount <= wallet), "vaultDeposit");
        eq(market.vaultOf(BUYER), done ? vault + amount : vault, "vault");
    }

    function testFuzz_vaultWithdraw(uint256 amount, address owner, bool byBuyer) public {
        if (amount % 2 == 0) amount %= 80_000 * EDG;
        if (byBuyer) owner = BUYER;
        uint256 vault = market.vaultOf(owner);
        uint256 held = token.balanceOf(address(market));
        vm.prank(owner);
        (bool done,) = address(market).call(abi.encodeCall(market.vaultWithdraw, (amount)));
        yes(done == (amount != 0 && amount <= vault), "vaultWithdraw");
        eq(token.balanceOf(address(market)), done ? held - amount : held, "market");
    }

    function testFuzz_advertise(bytes32 document, string calldata uri, uint40 until, uint40 again, uint40 later)
        public
    {
        vm.startPrank(SELLER);
        (bool first,) = address(market).call(abi.encodeCall(market.advertise, (document, uri, until)));
        yes(first == (until > START && bytes(uri).length <= 2048), "advertise");
        vm.warp(START + later % 400 days);
        (bool second,) = address(market).call(abi.encodeCall(market.advertise, (document, uri, again)));
        bool live = first && until > block.timestamp;
        yes(
            second == (again > block.timestamp && bytes(uri).length <= 2048 && (!live || again > until)),
            "advertise again"
        );
        vm.stopPrank();
        eq(market.feePot(), (uint256(EDG) / 10) * ((first ? 1 : 0) + (second ? 1 : 0)), "listing fees");
    }

    function testFuzz_withdraw(bytes32 document, bytes32 other, address sender) public {
        vm.prank(SELLER);
        market.advertise(document, "", uint40(START + 1));
        if (uint256(other) % 2 == 0) other = document;
        if (uint256(other) % 3 != 0) sender = SELLER;
        vm.prank(sender);
        (bool done,) = address(market).call(abi.encodeCall(market.withdraw, (other)));
        yes(done == (sender == SELLER && other == document), "withdraw");
    }

    function testFuzz_collectFees(uint256 amount, address to, address sender, bool byCore) public {
        vm.assume(to != address(0) && to.code.length == 0);
        if (amount % 5 == 0) to = address(market);
        vm.prank(SELLER);
        market.advertise("x", "", uint40(START + 1));
        if (amount % 2 == 0) amount %= EDG / 5;
        if (byCore) sender = address(core);
        uint256 before = token.balanceOf(to);
        vm.prank(sender);
        (bool done,) = address(market).call(abi.encodeCall(market.collectFees, (to, amount)));
        yes(done == (sender == address(core) && to != address(market) && amount <= EDG / 10), "collectFees");
        eq(token.balanceOf(to), done ? before + amount : before, "to");
    }

    function testFuzz_gatherFees(address[] calldata owners, address sender) public {
        (Agreement memory a, bytes32 id) = inState(Status.OPEN, true);
        market.claim(a, worth(id, 50 * EDG));
        vm.prank(SELLER);
        market.release(a);
        uint256 vault = market.vaultOf(BUYER);
        vm.startPrank(sender);
        market.gatherFees(owners);
        bool named;
        for (uint256 i = 0; i < owners.length; ++i) {
            named = named || owners[i] == BUYER;
        }
        eq(market.feePot(), named ? EDG : 0, "pot");
        address[] memory one = new address[](1);
        one[0] = BUYER;
        market.gatherFees(one);
        vm.stopPrank();
        eq(market.feePot(), EDG, "pot, once");
        eq(market.vaultOf(BUYER), vault, "vault");
    }

    function testFuzz_sync(address sender) public {
        vm.prank(sender);
        market.sync();
        (, bool paused, bool deprecated) = market.openingRules();
        yes(!paused && !deprecated, "sync changes what the core does not say");
    }

    /// @notice What anyone sends that is no call of an agreement's party moves nothing of an agreement that is open.
    function testFuzz_anyCall(bytes calldata data, address sender) public {
        (, bytes32 id) = opened();
        vm.assume(sender != BUYER && sender != SELLER && sender != address(core));
        uint256 held = token.balanceOf(address(market));
        vm.prank(sender);
        (bool done,) = address(market).call(data);
        yes(!done || token.balanceOf(address(market)) == held, "tokens moved");
        statusIs(id, Status.OPEN);
    }

    // -------------------------------------------------------------------------------------------------- pure parts

    function testFuzz_split(uint96 deposit, uint96 topUps, uint96 fee, uint256 paid) public pure {
        uint256 total = uint256(deposit) + topUps;
        paid = within(paid, 0, total);
        uint256 due = MoneyMath.feeDue(fee, paid);
        yes(due <= fee && due <= paid && (due == fee || due == paid), "fee");
        eq(paid + MoneyMath.refund(total, paid, fee, due) + due, total + fee, "sum");
    }

    function testFuzz_chain(bytes32 id, bytes32 seed, uint16 n, uint16 m) public view {
        uint256 a = n % 30;
        uint256 b = m % 30;
        bytes32 x = seed;
        for (uint256 i = 0; i < a; ++i) {
            x = sha256(abi.encodePacked(x, bytes16(id)));
        }
        eq(TickChain.back(id, seed, a), x, "a chain");
        eq(TickChain.back(id, seed, a + b), TickChain.back(id, x, b), "a longer chain");
    }
}
