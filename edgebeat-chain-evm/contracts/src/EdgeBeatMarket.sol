// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {IEdgeBeatCore} from "./interfaces/IEdgeBeatCore.sol";
import {IEdgeBeatMarket} from "./interfaces/IEdgeBeatMarket.sol";
import {IOpenGate} from "./interfaces/IOpenGate.sol";
import {
    Agreement,
    Parameters,
    Permit,
    Settlement,
    Signature,
    Status,
    Voucher,
    VoucherClaim
} from "./interfaces/MarketTypes.sol";
import {Digests} from "./libraries/Digests.sol";
import {MoneyMath} from "./libraries/MoneyMath.sol";
import {Slot, SlotLibrary} from "./libraries/Slot.sol";
import {TickChain} from "./libraries/TickChain.sol";

/// @title EdgeBeatMarket
/// @notice See IEdgeBeatMarket. Not upgradable: what both have signed is carried out by this code and no other.
contract EdgeBeatMarket is IEdgeBeatMarket, EIP712, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @dev The longest uri of a listing, in bytes.
    uint256 private constant MAX_URI = 2048;
    /// @dev The gas a gate gets.
    uint256 private constant GATE_GAS = 200_000;
    /// @dev The registry's name for the gate of tenants.
    bytes32 private constant TENANT_GATE = "TENANT_GATE";
    /// @dev The registry's name for the gate of policies.
    bytes32 private constant POLICY_GATE = "POLICY_GATE";

    /// @inheritdoc IEdgeBeatMarket
    IERC20 public immutable TOKEN;
    /// @inheritdoc IEdgeBeatMarket
    IEdgeBeatCore public immutable CORE;
    /// @inheritdoc IEdgeBeatMarket
    uint256 public immutable MIN_CHALLENGE;
    /// @inheritdoc IEdgeBeatMarket
    uint256 public immutable MAX_CHALLENGE;
    /// @inheritdoc IEdgeBeatMarket
    uint256 public immutable MAX_LIFE;

    struct Listing {
        uint40 validUntil;
        uint64 sequence;
    }

    /// @dev What every open reads, in one word.
    struct OpeningRules {
        bool paused;
        bool deprecated;
        uint96 depositCap;
        uint96 feeFloor;
    }

    mapping(bytes32 id => Slot) private _slots;
    /// @dev Balance in the lower 128 bits; above, the fees of the owner's agreements that were paid from the vault. A close
    /// that gives back to a vault changes this word anyway, so the fee costs it nothing; the pot would cost it 5 000 gas.
    mapping(address owner => uint256) private _vaults;
    uint256 private _feePot;
    OpeningRules private _rules;
    uint96 private _listingFee;
    mapping(bytes32 id => mapping(address sender => bool)) private _recorded;
    mapping(bytes32 id => mapping(address party => bytes32)) private _statements;
    mapping(address seller => mapping(bytes32 contentHash => Listing)) private _listings;
    mapping(address seller => uint64) private _listingSequences;

    /// @notice Makes a market, with the parameters that its core has now.
    /// @param token the token in which it counts, for ever
    /// @param core the platform's contract
    /// @param minChallenge the shortest challenge time in seconds, not 0
    /// @param maxChallenge the longest
    /// @param maxLife how far ahead an expiry may lie, in seconds
    constructor(IERC20 token, IEdgeBeatCore core, uint32 minChallenge, uint32 maxChallenge, uint32 maxLife)
        EIP712("EdgeBeat", "1")
    {
        // Without a challenge time a buyer could take back what it has signed away.
        if (address(token).code.length == 0 || minChallenge == 0 || minChallenge > maxChallenge) {
            revert BadSetup();
        }
        TOKEN = token;
        CORE = core;
        MIN_CHALLENGE = minChallenge;
        MAX_CHALLENGE = maxChallenge;
        MAX_LIFE = maxLife;
        _sync(core);
    }

    // ---------------------------------------------------------------------------------------------------- listings

    /// @inheritdoc IEdgeBeatMarket
    function advertise(bytes32 contentHash, string calldata uri, uint40 validUntil) external nonReentrant {
        if (validUntil <= block.timestamp) {
            revert ListingOver(validUntil, block.timestamp);
        }
        if (bytes(uri).length > MAX_URI) {
            revert UriTooLong(bytes(uri).length, MAX_URI);
        }
        uint40 before = _listings[msg.sender][contentHash].validUntil;
        if (before > block.timestamp && validUntil <= before) {
            revert ListingLive(contentHash, before);
        }
        uint64 sequence = ++_listingSequences[msg.sender];
        _listings[msg.sender][contentHash] = Listing(validUntil, sequence);
        uint256 fee = _listingFee;
        _feePot += fee;
        _pull(msg.sender, fee);
        emit Advertised(msg.sender, contentHash, validUntil, sequence, uri);
    }

    /// @inheritdoc IEdgeBeatMarket
    function withdraw(bytes32 contentHash) external {
        if (_listings[msg.sender][contentHash].sequence == 0) {
            revert ListingUnknown(contentHash);
        }
        delete _listings[msg.sender][contentHash];
        emit Withdrawn(msg.sender, contentHash);
    }

    // ------------------------------------------------------------------------------------------------- literal way

    /// @inheritdoc IEdgeBeatMarket
    function recordOffer(bytes32 id) external nonReentrant {
        Slot slot = _slots[id];
        Status status = slot.status();
        if (status > Status.OFFER_RECORDED) {
            revert WrongState(id, status, msg.sig);
        }
        _requireOpening(_rules);
        if (status == Status.NONE) {
            _slots[id] = SlotLibrary.recorded(msg.sender);
        } else if (slot.recorder() == msg.sender || _recorded[id][msg.sender]) {
            revert OfferAlreadyRecorded(id, msg.sender);
        } else {
            _recorded[id][msg.sender] = true;
        }
        emit OfferRecorded(id, msg.sender);
    }

    /// @inheritdoc IEdgeBeatMarket
    function acceptOffer(Agreement calldata agreement) external nonReentrant {
        bytes32 id = _idOf(agreement);
        Status status = _statusFor(id, _slots[id], agreement.buyer);
        if (status != Status.OFFER_RECORDED) {
            revert WrongState(id, status, msg.sig);
        }
        _requireSender(agreement.seller);
        _requireOpenable(id, agreement);
        _slots[id] = SlotLibrary.only(Status.ACCEPTED);
        _tellAgreement(OfferAccepted.selector, 320, id, agreement, 0);
    }

    /// @inheritdoc IEdgeBeatMarket
    function depositFee(Agreement calldata agreement) external nonReentrant {
        bytes32 id = _idOf(agreement);
        _requireStatus(id, agreement.buyer, Status.ACCEPTED);
        _requireSender(agreement.buyer);
        _requireNotAfter(agreement.openBy);
        _slots[id] = SlotLibrary.only(Status.FEE_HELD);
        uint256 vault = _take(agreement, agreement.fee);
        emit FeeDeposited(id, agreement.fee);
        _tellVault(agreement, vault);
    }

    /// @inheritdoc IEdgeBeatMarket
    function fundChannel(Agreement calldata agreement) external nonReentrant {
        bytes32 id = _idOf(agreement);
        _requireStatus(id, agreement.buyer, Status.FEE_HELD);
        _requireSender(agreement.buyer);
        _requireNotAfter(agreement.openBy);
        _slots[id] = SlotLibrary.only(Status.OPEN);
        _tellAgreement(Opened.selector, 352, id, agreement, _take(agreement, agreement.deposit));
    }

    /// @inheritdoc IEdgeBeatMarket
    function terminate(Agreement calldata agreement, uint96 cumulative, bytes32 invoiceHash) external nonReentrant {
        (bytes32 id, Slot slot) = _funded(agreement);
        address other;
        if (msg.sender == agreement.buyer) {
            other = agreement.seller;
        } else if (msg.sender == agreement.seller) {
            other = agreement.buyer;
        } else {
            revert NotAllowed(msg.sender);
        }
        _requireInBounds(cumulative, slot, agreement);
        bytes32 statement = keccak256(abi.encode(cumulative, invoiceHash));
        bool equal = _statements[id][other] == statement;
        if (equal) {
            delete _statements[id][other];
        } else {
            _statements[id][msg.sender] = statement;
        }
        emit TerminationStated(id, msg.sender, cumulative, invoiceHash);
        if (equal) {
            _close(id, agreement, slot, cumulative, invoiceHash);
        }
    }

    /// @inheritdoc IEdgeBeatMarket
    function reclaimFee(Agreement calldata agreement) external nonReentrant {
        bytes32 id = _idOf(agreement);
        _requireStatus(id, agreement.buyer, Status.FEE_HELD);
        if (block.timestamp <= agreement.openBy) {
            _requireSender(agreement.buyer);
        }
        _slots[id] = SlotLibrary.only(Status.LAPSED);
        uint256 vault = _giveBack(agreement.buyer, agreement.fromVault, agreement.fee, 0);
        emit FeeReclaimed(id, agreement.fee);
        _tellVault(agreement, vault);
    }

    /// @inheritdoc IEdgeBeatMarket
    function cancel(Agreement calldata agreement) external nonReentrant {
        bytes32 id = _idOf(agreement);
        Status status = _statusFor(id, _slots[id], agreement.buyer);
        if (status > Status.ACCEPTED) {
            revert WrongState(id, status, msg.sig);
        }
        if (msg.sender != agreement.buyer && msg.sender != agreement.seller) {
            revert NotAllowed(msg.sender);
        }
        _slots[id] = SlotLibrary.only(Status.LAPSED);
        emit Cancelled(id, msg.sender);
    }

    // ------------------------------------------------------------------------------------------------- compact way

    /// @inheritdoc IEdgeBeatMarket
    function open(Agreement calldata agreement, Signature calldata signature) external nonReentrant {
        bytes32 id = _admit(agreement);
        _requireOtherParty(agreement, agreement.buyer, id, signature);
        _open(id, agreement);
    }

    /// @inheritdoc IEdgeBeatMarket
    function openWithPermit(Agreement calldata agreement, Signature calldata signature, Permit calldata permit)
        external
        nonReentrant
    {
        bytes32 id = _admit(agreement);
        _requireOtherParty(agreement, agreement.buyer, id, signature);
        _usePermit(agreement, permit);
        _open(id, agreement);
    }

    /// @inheritdoc IEdgeBeatMarket
    function openFor(Agreement calldata agreement, bytes calldata buyerSignature, bytes calldata sellerSignature)
        external
        nonReentrant
    {
        bytes32 id = _admit(agreement);
        _requireAgreed(agreement.buyer, agreement.buyer, id, buyerSignature);
        _requireAgreed(agreement.seller, agreement.seller, id, sellerSignature);
        _open(id, agreement);
    }

    /// @inheritdoc IEdgeBeatMarket
    function settle(Agreement calldata agreement, Settlement calldata settlement, Signature calldata signature)
        external
        nonReentrant
    {
        (bytes32 id, Slot slot, bytes32 digest) = _settleable(agreement, settlement);
        _requireOtherParty(agreement, agreement.voucherKey, digest, signature);
        _close(id, agreement, slot, settlement.cumulative, settlement.invoiceHash);
    }

    /// @inheritdoc IEdgeBeatMarket
    function settleFor(
        Agreement calldata agreement,
        Settlement calldata settlement,
        bytes calldata buyerSignature,
        bytes calldata sellerSignature
    ) external nonReentrant {
        (bytes32 id, Slot slot, bytes32 digest) = _settleable(agreement, settlement);
        _requireAgreed(agreement.buyer, agreement.voucherKey, digest, buyerSignature);
        _requireAgreed(agreement.seller, agreement.seller, digest, sellerSignature);
        _close(id, agreement, slot, settlement.cumulative, settlement.invoiceHash);
    }

    // --------------------------------------------------------------------------------------------------- both ways

    /// @inheritdoc IEdgeBeatMarket
    function topUp(Agreement calldata agreement, uint96 amount) external nonReentrant {
        bytes32 id = _idOf(agreement);
        Slot slot = _requireStatus(id, agreement.buyer, Status.OPEN);
        if (block.timestamp >= agreement.expiry) {
            revert TooLate(agreement.expiry, block.timestamp);
        }
        uint256 topUps = uint256(slot.topUps()) + amount;
        uint256 cap = _rules.depositCap;
        if (amount == 0 || agreement.deposit + topUps > cap) {
            revert TopUpOutOfRange(agreement.deposit + topUps, cap);
        }
        // Fits, because the cap does.
        // forge-lint: disable-next-line(unsafe-typecast)
        _slots[id] = slot.withTopUps(uint96(topUps));
        _pull(msg.sender, amount);
        // forge-lint: disable-next-line(unsafe-typecast)
        emit ToppedUp(id, msg.sender, amount, uint96(topUps));
    }

    /// @inheritdoc IEdgeBeatMarket
    function claim(Agreement calldata agreement, VoucherClaim calldata voucherClaim) external nonReentrant {
        (bytes32 id, Slot slot) = _funded(agreement);
        (uint96 amount, uint96 claimed) = _redeem(id, agreement, slot, voucherClaim);
        if (amount != 0) {
            _slots[id] = slot.withClaimed(claimed);
            TOKEN.safeTransfer(agreement.seller, amount);
        }
        emit Claimed(id, amount, claimed);
    }

    /// @inheritdoc IEdgeBeatMarket
    function requestClose(Agreement calldata agreement) external nonReentrant {
        bytes32 id = _idOf(agreement);
        Slot slot = _requireStatus(id, agreement.buyer, Status.OPEN);
        _requireSender(agreement.buyer);
        // Fits: the sum of two times of this age of the world.
        // forge-lint: disable-next-line(unsafe-typecast)
        uint40 deadline = uint40(MoneyMath.deadline(block.timestamp, agreement.expiry, agreement.challenge));
        _slots[id] = slot.withStatus(Status.CLOSING).withCloseAt(deadline);
        emit CloseRequested(id, deadline);
    }

    /// @inheritdoc IEdgeBeatMarket
    function release(Agreement calldata agreement) external nonReentrant {
        (bytes32 id, Slot slot) = _funded(agreement);
        _requireSender(agreement.seller);
        _close(id, agreement, slot, slot.claimed(), 0);
    }

    /// @inheritdoc IEdgeBeatMarket
    function releaseWithVoucher(Agreement calldata agreement, VoucherClaim calldata voucherClaim)
        external
        nonReentrant
    {
        (bytes32 id, Slot slot) = _funded(agreement);
        _requireSender(agreement.seller);
        (uint96 amount, uint96 claimed) = _redeem(id, agreement, slot, voucherClaim);
        emit Claimed(id, amount, claimed);
        _close(id, agreement, slot, claimed, 0);
    }

    /// @inheritdoc IEdgeBeatMarket
    function finalize(Agreement calldata agreement) external nonReentrant {
        (bytes32 id, Slot slot) = _funded(agreement);
        uint256 deadline = slot.status() == Status.CLOSING
            ? slot.closeAt()
            : uint256(agreement.expiry) + agreement.challenge;
        if (block.timestamp < deadline) {
            revert TooEarly(deadline, block.timestamp);
        }
        _close(id, agreement, slot, slot.claimed(), 0);
    }

    // ------------------------------------------------------------------------------------------------------- vault

    /// @inheritdoc IEdgeBeatMarket
    function vaultDeposit(uint256 amount) external nonReentrant {
        _requireSome(amount);
        if (amount > type(uint128).max) {
            revert VaultTooLarge(amount);
        }
        uint256 balance = _putIntoVault(msg.sender, amount, 0);
        _pull(msg.sender, amount);
        emit VaultChanged(msg.sender, balance);
    }

    /// @inheritdoc IEdgeBeatMarket
    function vaultWithdraw(uint256 amount) external nonReentrant {
        _requireSome(amount);
        uint256 balance = _takeFromVault(msg.sender, amount);
        TOKEN.safeTransfer(msg.sender, amount);
        emit VaultChanged(msg.sender, balance);
    }

    // ---------------------------------------------------------------------------------------------------- platform

    /// @inheritdoc IEdgeBeatMarket
    function sync() external {
        _sync(CORE);
    }

    /// @inheritdoc IEdgeBeatMarket
    function gatherFees(address[] calldata owners) external {
        uint256 sum = _feePot;
        for (uint256 i = 0; i < owners.length; ++i) {
            uint256 word = _vaults[owners[i]];
            sum += word >> 128;
            _vaults[owners[i]] = word & type(uint128).max;
        }
        _feePot = sum;
    }

    /// @inheritdoc IEdgeBeatMarket
    function collectFees(address to, uint256 amount) external nonReentrant {
        if (msg.sender != address(CORE)) {
            revert OnlyCore(msg.sender);
        }
        // They would be nobody's: neither in the pot nor owed.
        if (to == address(this)) {
            revert BadReceiver(to);
        }
        uint256 held = _feePot;
        if (amount > held) {
            revert PotTooSmall(held, amount);
        }
        _feePot = held - amount;
        TOKEN.safeTransfer(to, amount);
        emit FeesCollected(to, amount);
    }

    // ------------------------------------------------------------------------------------------------------- views

    /// @inheritdoc IEdgeBeatMarket
    function agreementOf(bytes32 id)
        external
        view
        returns (Status status, uint40 closeAt, uint96 claimed, uint96 topUps)
    {
        Slot slot = _slots[id];
        status = slot.status();
        if (status != Status.OFFER_RECORDED) {
            (closeAt, claimed, topUps) = (slot.closeAt(), slot.claimed(), slot.topUps());
        }
    }

    /// @inheritdoc IEdgeBeatMarket
    function isRecorded(bytes32 id, address sender) external view returns (bool) {
        return _statusFor(id, _slots[id], sender) == Status.OFFER_RECORDED;
    }

    /// @inheritdoc IEdgeBeatMarket
    function statementOf(bytes32 id, address party) external view returns (bytes32) {
        return _statements[id][party];
    }

    /// @inheritdoc IEdgeBeatMarket
    function vaultOf(address owner) external view returns (uint256) {
        return _vaults[owner] & type(uint128).max;
    }

    /// @inheritdoc IEdgeBeatMarket
    function feesOf(address owner) external view returns (uint256) {
        return _vaults[owner] >> 128;
    }

    /// @inheritdoc IEdgeBeatMarket
    function listingOf(address seller, bytes32 contentHash)
        external
        view
        returns (uint40 validUntil, uint64 sequence)
    {
        Listing storage listing = _listings[seller][contentHash];
        return (listing.validUntil, listing.sequence);
    }

    /// @inheritdoc IEdgeBeatMarket
    function listingSequenceOf(address seller) external view returns (uint64) {
        return _listingSequences[seller];
    }

    /// @inheritdoc IEdgeBeatMarket
    function feePot() external view returns (uint256) {
        return _feePot;
    }

    /// @inheritdoc IEdgeBeatMarket
    function openingRules() external view returns (Parameters memory parameters, bool paused, bool deprecated) {
        OpeningRules memory rules = _rules;
        return (Parameters(_listingFee, rules.feeFloor, rules.depositCap), rules.paused, rules.deprecated);
    }

    /// @inheritdoc IEdgeBeatMarket
    function idOf(Agreement calldata agreement) external view returns (bytes32) {
        return _idOf(agreement);
    }

    /// @inheritdoc IEdgeBeatMarket
    function voucherDigest(Voucher calldata voucher) external view returns (bytes32) {
        return _hashTypedDataV4(Digests.ofVoucher(voucher));
    }

    /// @inheritdoc IEdgeBeatMarket
    function settlementDigest(Settlement calldata settlement) external view returns (bytes32) {
        return _hashTypedDataV4(Digests.ofSettlement(settlement));
    }

    // --------------------------------------------------------------------------------------------- private: checks

    function _idOf(Agreement calldata agreement) private view returns (bytes32) {
        return _hashTypedDataV4(Digests.ofAgreement(agreement));
    }

    /// @dev The status with regard to one buyer: an offer counts only when the buyer has recorded it.
    function _statusFor(bytes32 id, Slot slot, address buyer) private view returns (Status status) {
        status = slot.status();
        if (status == Status.OFFER_RECORDED && slot.recorder() != buyer && !_recorded[id][buyer]) {
            status = Status.NONE;
        }
    }

    function _requireStatus(bytes32 id, address buyer, Status wanted) private view returns (Slot slot) {
        slot = _slots[id];
        if (slot.status() != wanted) {
            revert WrongState(id, _statusFor(id, slot, buyer), msg.sig);
        }
    }

    /// @dev An agreement in OPEN or CLOSING.
    function _funded(Agreement calldata agreement) private view returns (bytes32 id, Slot slot) {
        id = _idOf(agreement);
        slot = _slots[id];
        Status status = slot.status();
        if (status != Status.OPEN && status != Status.CLOSING) {
            revert WrongState(id, _statusFor(id, slot, agreement.buyer), msg.sig);
        }
    }

    function _requireSender(address who) private view {
        if (msg.sender != who) {
            revert NotAllowed(msg.sender);
        }
    }

    function _requireNotAfter(uint256 limit) private view {
        if (block.timestamp > limit) {
            revert TooLate(limit, block.timestamp);
        }
    }

    function _requireSome(uint256 amount) private pure {
        if (amount == 0) {
            revert NothingToMove();
        }
    }

    function _requireOpening(OpeningRules memory rules) private pure {
        if (rules.paused) {
            revert OpeningPaused();
        }
        if (rules.deprecated) {
            revert MarketDeprecated();
        }
    }

    function _requireInBounds(uint256 cumulative, Slot slot, Agreement calldata agreement) private pure {
        uint256 total = uint256(agreement.deposit) + slot.topUps();
        if (cumulative < slot.claimed() || cumulative > total) {
            revert CumulativeOutOfRange(cumulative, slot.claimed(), total);
        }
    }

    /// @dev Checked once, when the agreement comes to life, and never again.
    function _requireOpenable(bytes32 id, Agreement calldata agreement) private {
        OpeningRules memory rules = _rules;
        _requireOpening(rules);
        if (agreement.tenant | agreement.policy != 0) {
            _askGates(id, agreement);
        }
        {
            address seller = agreement.seller;
            address voucherKey = agreement.voucherKey;
            if (agreement.buyer == seller) {
                revert SameParty(seller);
            }
            if (voucherKey == address(0) || voucherKey == seller) {
                revert BadVoucherKey(voucherKey);
            }
        }
        {
            uint256 deposit = agreement.deposit;
            if (deposit == 0 || deposit > rules.depositCap) {
                revert DepositOutOfRange(deposit, rules.depositCap);
            }
            uint256 fee = agreement.fee;
            if (fee < rules.feeFloor) {
                revert FeeBelowFloor(fee, rules.feeFloor);
            }
        }
        {
            uint256 challenge = agreement.challenge;
            if (challenge < MIN_CHALLENGE || challenge > MAX_CHALLENGE) {
                revert ChallengeOutOfRange(challenge, MIN_CHALLENGE, MAX_CHALLENGE);
            }
        }
        uint256 openBy = agreement.openBy;
        uint256 expiry = agreement.expiry;
        _requireNotAfter(openBy);
        if (openBy > expiry) {
            revert OpenByAfterExpiry(openBy, expiry);
        }
        if (expiry > block.timestamp + MAX_LIFE) {
            revert ExpiryTooFar(expiry, block.timestamp + MAX_LIFE);
        }
    }

    function _askGates(bytes32 id, Agreement calldata agreement) private {
        if (agreement.tenant != 0) {
            _askGate(TENANT_GATE, id, agreement);
        }
        if (agreement.policy != 0) {
            _askGate(POLICY_GATE, id, agreement);
        }
    }

    /// @dev A gate may only refuse. Not one byte more than the answer is read, so that it cannot make the caller pay for
    /// a long one; it gets no more gas than the cap, and one that runs out of less has left too little to open with.
    function _askGate(bytes32 name, bytes32 id, Agreement calldata agreement) private {
        address gate = CORE.addressOf(name);
        bytes memory question = abi.encodeCall(IOpenGate.allowOpen, (id, agreement, msg.sender));
        bytes32 yes = bytes32(IOpenGate.allowOpen.selector);
        uint256 gasCap = GATE_GAS;
        bool allowed;
        assembly ("memory-safe") {
            let done := call(gasCap, gate, 0, add(question, 32), mload(question), 0, 32)
            allowed := and(done, and(eq(returndatasize(), 32), eq(mload(0), yes)))
        }
        if (!allowed) {
            revert GateRefused(name, gate);
        }
    }

    function _settleable(Agreement calldata agreement, Settlement calldata settlement)
        private
        view
        returns (bytes32 id, Slot slot, bytes32 digest)
    {
        (id, slot) = _funded(agreement);
        if (settlement.agreementId != id) {
            revert OtherAgreement(settlement.agreementId, id);
        }
        _requireInBounds(settlement.cumulative, slot, agreement);
        digest = _hashTypedDataV4(Digests.ofSettlement(settlement));
    }

    /// @dev One party sends, the other one has signed.
    function _requireOtherParty(
        Agreement calldata agreement,
        address otherKeyOfBuyer,
        bytes32 digest,
        Signature calldata signature
    ) private view {
        address buyer = agreement.buyer;
        address seller = agreement.seller;
        address signer = _signerOf(digest, signature);
        // A party can be 0: nothing else forbids it. It has signed nothing.
        if (msg.sender == buyer) {
            if (signer != seller || signer == address(0)) {
                revert BadSignature(seller);
            }
        } else if (
            msg.sender != seller || (signer != buyer && signer != otherKeyOfBuyer) || signer == address(0)
        ) {
            revert BadSignature(buyer);
        }
    }

    /// @return signer whose key has signed; 0 when the signature is malformed
    function _signerOf(bytes32 digest, Signature calldata signature) private pure returns (address signer) {
        (signer,,) = ECDSA.tryRecover(digest, signature.v, signature.r, signature.s);
    }

    /// @dev A party has agreed when it sends, when it or its other key has signed, or when it is a contract that says so.
    /// Recovery comes first: code that an account gets later cannot disown what its key has signed.
    function _requireAgreed(address who, address otherKey, bytes32 digest, bytes calldata signature) private view {
        if (msg.sender == who) {
            return;
        }
        (address signer, ECDSA.RecoverError failure,) = ECDSA.tryRecoverCalldata(digest, signature);
        if (failure == ECDSA.RecoverError.NoError && (signer == who || signer == otherKey)) {
            return;
        }
        if (who.code.length == 0 || !SignatureChecker.isValidERC1271SignatureNowCalldata(who, digest, signature)) {
            revert BadSignature(who);
        }
    }

    // --------------------------------------------------------------------------------------------- private: actions

    function _admit(Agreement calldata agreement) private returns (bytes32 id) {
        id = _idOf(agreement);
        Status status = _slots[id].status();
        if (status > Status.OFFER_RECORDED) {
            revert WrongState(id, status, msg.sig);
        }
        _requireOpenable(id, agreement);
    }

    /// @dev Anybody who has seen it may have used the permit before, so its failure must not be one of the open.
    function _usePermit(Agreement calldata agreement, Permit calldata permit) private {
        // solhint-disable no-empty-blocks
        try IERC20Permit(address(TOKEN)).permit(
            agreement.buyer,
            address(this),
            uint256(agreement.deposit) + agreement.fee,
            permit.deadline,
            permit.signature.v,
            permit.signature.r,
            permit.signature.s
        ) {}
            catch {}
        // solhint-enable no-empty-blocks
    }

    function _open(bytes32 id, Agreement calldata agreement) private {
        _slots[id] = SlotLibrary.only(Status.OPEN);
        uint256 vault = _take(agreement, uint256(agreement.deposit) + agreement.fee);
        _tellAgreement(Opened.selector, 352, id, agreement, vault);
    }

    /// @dev Tells every field of an agreement: one copy of calldata instead of an encoding, which would cost as much as a
    /// tenth of the event. All fields but the last two were read before, and so fit; `fromVault` is read here.
    /// @param topic the event
    /// @param length how many bytes it has: those of the ten fields that are no topics, and of the vault where it is told
    function _tellAgreement(bytes32 topic, uint256 length, bytes32 id, Agreement calldata agreement, uint256 vault)
        private
    {
        bool fromVault = agreement.fromVault;
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, add(agreement, 64), 320)
            mstore(add(free, 256), fromVault)
            mstore(add(free, 320), vault)
            log4(free, length, topic, id, calldataload(agreement), calldataload(add(agreement, 32)))
        }
    }

    /// @dev Checks a voucher; the voucher key is a plain key and is never asked as code. It is not 0, which nothing opens with.
    /// @return amount what the seller gets now
    /// @return claimed what it has got in all then
    function _redeem(bytes32 id, Agreement calldata agreement, Slot slot, VoucherClaim calldata voucherClaim)
        private
        view
        returns (uint96 amount, uint96 claimed)
    {
        Voucher calldata voucher = voucherClaim.voucher;
        if (voucher.agreementId != id) {
            revert OtherAgreement(voucher.agreementId, id);
        }
        uint256 ticks = voucherClaim.ticks;
        if (ticks > voucher.tickCount || voucher.tickCount > TickChain.MAX_TICKS) {
            revert TickOutOfRange(ticks, voucher.tickCount);
        }
        {
            bytes32 digest = _hashTypedDataV4(Digests.ofVoucher(voucher));
            if (_signerOf(digest, voucherClaim.signature) != agreement.voucherKey) {
                revert BadVoucherSignature(agreement.voucherKey);
            }
        }
        if (ticks != 0 && TickChain.back(id, voucherClaim.preimage, ticks) != voucher.tickAnchor) {
            revert BadPreimage(voucherClaim.preimage, voucher.tickAnchor);
        }
        uint96 before = slot.claimed();
        // Fits, because deposit + topUps does.
        // forge-lint: disable-next-item(unsafe-typecast)
        claimed = uint96(
            MoneyMath.claimedAfter(
                voucher.cumulative,
                voucher.tickAmount,
                ticks,
                before,
                uint256(agreement.deposit) + slot.topUps()
            )
        );
        amount = claimed - before;
    }

    /// @dev Every end: paid + refunded + feeDue = deposit + topUps + fee. The slot stays: an id never opens twice.
    function _close(bytes32 id, Agreement calldata agreement, Slot slot, uint96 paid, bytes32 invoiceHash) private {
        _slots[id] = slot.withStatus(Status.CLOSED).withClaimed(paid);
        uint96 due;
        uint256 refunded;
        {
            uint256 fee = agreement.fee;
            // Fits, because the fee does.
            // forge-lint: disable-next-line(unsafe-typecast)
            due = uint96(MoneyMath.feeDue(fee, paid));
            refunded = MoneyMath.refund(uint256(agreement.deposit) + slot.topUps(), paid, fee, due);
        }
        address buyer = agreement.buyer;
        address seller = agreement.seller;
        uint256 vault = _giveBack(buyer, agreement.fromVault, refunded, due);
        uint96 claimed = slot.claimed();
        if (paid != claimed) {
            TOKEN.safeTransfer(seller, paid - claimed);
        }
        emit Closed(id, buyer, seller, paid, refunded, due, invoiceHash, vault);
    }

    /// @dev Takes deposit or fee from where the agreement says.
    /// @return vault what the buyer's vault holds then; 0 when it is not concerned
    function _take(Agreement calldata agreement, uint256 amount) private returns (uint256 vault) {
        if (agreement.fromVault) {
            vault = _takeFromVault(agreement.buyer, amount);
        } else {
            _pull(agreement.buyer, amount);
        }
    }

    function _takeFromVault(address owner, uint256 amount) private returns (uint256 left) {
        uint256 word = _vaults[owner];
        uint256 balance = word & type(uint128).max;
        if (balance < amount) {
            revert VaultTooSmall(owner, balance, amount);
        }
        unchecked {
            left = balance - amount;
            _vaults[owner] = word - amount;
        }
    }

    function _putIntoVault(address owner, uint256 amount, uint256 fee) private returns (uint256 balance) {
        uint256 word = _vaults[owner];
        balance = (word & type(uint128).max) + amount;
        if (balance > type(uint128).max) {
            revert VaultTooLarge(balance);
        }
        _vaults[owner] = word + amount + (fee << 128);
    }

    /// @dev A refund goes where the deposit came from; the fee stays here.
    /// @return vault what the buyer's vault holds then; 0 when it is not concerned
    function _giveBack(address buyer, bool toVault, uint256 amount, uint256 due) private returns (uint256 vault) {
        if (toVault) {
            return _putIntoVault(buyer, amount, due);
        }
        if (due != 0) {
            _feePot += due;
        }
        if (amount != 0) {
            TOKEN.safeTransfer(buyer, amount);
        }
    }

    function _tellVault(Agreement calldata agreement, uint256 vault) private {
        if (agreement.fromVault && agreement.fee != 0) {
            emit VaultChanged(agreement.buyer, vault);
        }
    }

    /// @dev Believes the token's balances, not its word: what is booked must have come.
    function _pull(address from, uint256 amount) private {
        if (amount == 0) {
            return;
        }
        uint256 before = TOKEN.balanceOf(address(this));
        TOKEN.safeTransferFrom(from, address(this), amount);
        uint256 moved = TOKEN.balanceOf(address(this)) - before;
        if (moved != amount) {
            revert TokenMisbehaved(amount, moved);
        }
    }

    function _sync(IEdgeBeatCore core) private {
        (Parameters memory parameters, bool paused, bool deprecated) = core.rulesOf(address(this));
        _rules = OpeningRules(paused, deprecated, parameters.depositCap, parameters.feeFloor);
        _listingFee = parameters.listingFee;
        emit ParametersSynced(parameters, paused, deprecated);
    }
}
