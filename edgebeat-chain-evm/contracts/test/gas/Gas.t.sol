// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Agreement, Permit, Settlement, Signature, VoucherClaim} from "../../src/interfaces/MarketTypes.sol";
import {Fixture} from "../support/Fixture.sol";

/// @title What the market costs
/// @notice Runs in isolated mode only (profile `gas`): there each call is a transaction of its own, with its intrinsic gas,
/// cold storage and refunds. All is of a returning pair: buyer, seller, fee pot and the market's own balance are not zero.
contract GasTest is Fixture {
    uint256 private _sum;
    uint256 private _transactions;

    modifier onlyIsolated() {
        token.approve(BUYER, 0);
        yes(vm.lastCallGas().gasTotalUsed > 21_000, "a call is no transaction of its own: use FOUNDRY_PROFILE=gas");
        _;
    }

    function setUp() public override {
        super.setUp();
        _returning(false);
        _returning(true);
        vm.warp(START + 1 hours);
    }

    /// @dev One agreement before: no balance, nonce or allowance is met for the first time.
    function _returning(bool fromVault) private {
        vm.prank(BUYER);
        market.vaultDeposit(1_000 * EDG);
        Agreement memory a = terms();
        a.fromVault = fromVault;
        bytes32 id = market.idOf(a);
        Signature memory s = signature(SELLER_KEY, id);
        Permit memory permit = permitOf(BUYER_KEY, uint256(a.deposit) + a.fee, block.timestamp);
        vm.prank(BUYER);
        market.openWithPermit(a, s, permit);
        s = signature(VOUCHER_KEY, market.settlementDigest(Settlement(id, 10 * EDG, 0)));
        vm.prank(SELLER);
        market.settle(a, Settlement(id, 10 * EDG, 0), s);
        vm.prank(BUYER);
        token.approve(address(market), type(uint256).max);
        vm.prank(SELLER);
        market.advertise(fromVault ? bytes32("first") : bytes32("second"), "ipfs://first", uint40(block.timestamp + 1));
    }

    function _note(string memory name) private {
        uint256 used = vm.lastCallGas().gasTotalUsed;
        _sum += used;
        ++_transactions;
        vm.snapshotValue("Market", name, used);
    }

    function _total(string memory name, uint256 goal) private {
        vm.snapshotValue("Market", name, _sum);
        yes(_sum <= goal, string.concat(name, " above its goal: ", vm.toString(_sum)));
    }

    function _compact(bool permitted, bool fromVault, string memory name, uint256 goal) private {
        Agreement memory a = terms();
        a.fromVault = fromVault;
        bytes32 id = market.idOf(a);
        Signature memory s = signature(SELLER_KEY, id);
        if (permitted) {
            vm.prank(BUYER);
            token.approve(address(market), 0);
            Permit memory permit = permitOf(BUYER_KEY, uint256(a.deposit) + a.fee, block.timestamp + 10 minutes);
            vm.prank(BUYER);
            market.openWithPermit(a, s, permit);
        } else {
            vm.prank(BUYER);
            market.open(a, s);
        }
        _note(string.concat(name, ": open"));
        Settlement memory settlement = Settlement(id, 40 * EDG + 123_456_789, keccak256("invoice"));
        s = signature(VOUCHER_KEY, market.settlementDigest(settlement));
        vm.prank(SELLER);
        market.settle(a, settlement, s);
        _note(string.concat(name, ": settle"));
        _total(name, goal);
    }

    function testCompactWithPermit() public onlyIsolated {
        _compact(true, false, "compact", 170_000);
    }

    function testCompactWithAllowance() public onlyIsolated {
        _compact(false, false, "compact with allowance", 155_000);
    }

    function testVault() public onlyIsolated {
        _compact(false, true, "vault", 130_000);
    }

    function testLiteral() public onlyIsolated {
        Agreement memory a = terms();
        bytes32 id = market.idOf(a);
        vm.startPrank(BUYER);
        token.approve(address(market), 0);
        token.approve(address(market), uint256(a.deposit) + a.fee);
        _note("literal: approve");
        market.recordOffer(id);
        _note("literal: recordOffer");
        vm.stopPrank();
        vm.prank(SELLER);
        market.acceptOffer(a);
        _note("literal: acceptOffer");
        vm.startPrank(BUYER);
        market.depositFee(a);
        _note("literal: depositFee");
        market.fundChannel(a);
        _note("literal: fundChannel");
        market.terminate(a, 40 * EDG, keccak256("invoice"));
        _note("literal: terminate, first");
        vm.stopPrank();
        vm.prank(SELLER);
        market.terminate(a, 40 * EDG, keccak256("invoice"));
        _note("literal: terminate, second");
        eq(_transactions, 7, "transactions");
        _total("literal", 370_000);
    }

    function testChallenge() public onlyIsolated {
        (Agreement memory a, bytes32 id) = opened();
        vm.prank(BUYER);
        market.requestClose(a);
        _note("requestClose");
        VoucherClaim memory voucher = worth(id, 40 * EDG);
        vm.prank(SELLER);
        market.claim(a, voucher);
        _note("claim");
        vm.warp(block.timestamp + 1 days);
        vm.prank(STRANGER);
        market.finalize(a);
        _note("finalize");
    }

    function testClaimsWithTicks() public onlyIsolated {
        (Agreement memory a, bytes32 id) = opened();
        VoucherClaim memory voucher = worth(id, EDG, EDG / 100, 100, 100);
        market.claim(a, voucher);
        _note("claim with 100 ticks");
        voucher = worth(id, 2 * EDG, EDG / 100, 1024, 1024);
        market.claim(a, voucher);
        _note("claim with 1024 ticks");
        voucher = worth(id, 20 * EDG);
        vm.prank(SELLER);
        market.releaseWithVoucher(a, voucher);
        _note("releaseWithVoucher");
        (a, id) = opened();
        voucher = worth(id, 2 * EDG, EDG / 100, 1024, 1024);
        vm.prank(SELLER);
        market.releaseWithVoucher(a, voucher);
        _note("releaseWithVoucher with 1024 ticks");
        (a, id) = opened();
        vm.prank(STRANGER);
        market.topUp(a, EDG);
        _note("topUp");
        vm.prank(SELLER);
        market.release(a);
        _note("release");
    }

    function testTheRest() public onlyIsolated {
        vm.startPrank(SELLER);
        market.advertise(
            keccak256("x"),
            "ipfs://bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e",
            uint40(block.timestamp + 30 days)
        );
        _note("advertise");
        market.withdraw(keccak256("x"));
        _note("withdraw");
        vm.stopPrank();
        vm.startPrank(BUYER);
        market.vaultDeposit(EDG);
        _note("vaultDeposit");
        market.vaultWithdraw(EDG);
        _note("vaultWithdraw");
        Agreement memory a = terms();
        market.cancel(a);
        _note("cancel");
        vm.stopPrank();
    }
}
