// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IEdgeBeatCore} from "./IEdgeBeatCore.sol";
import {Agreement, Parameters, Permit, Settlement, Signature, Status, Voucher, VoucherClaim} from "./MarketTypes.sol";

/// @title The market of EdgeBeat
/// @notice Listings, agreements, payment channels, vaults and invoices. Two ways lead through one set of rules: the
/// literal way makes each step of the white paper a transaction of its own, the compact way has `open` and `settle`.
/// @dev Everything about an agreement comes with each call and is bound by the id; the market keeps one word of storage
/// an agreement. Checks are made in the order in which the errors of a function are listed. Every error names the code by
/// which the Java library reports it.
interface IEdgeBeatMarket {
    // ------------------------------------------------------------------------------------------------------ errors

    /// @notice The command is not legal in the state of the agreement. (WRONG_STATE)
    /// @param id the agreement
    /// @param status its state
    /// @param command selector of the function
    error WrongState(bytes32 id, Status status, bytes4 command);

    /// @notice The sender is not the party that may do this. (NOT_ALLOWED)
    /// @param sender who has sent
    error NotAllowed(address sender);

    /// @notice New agreements are paused. (PAUSED)
    error OpeningPaused();

    /// @notice This market takes no new agreements any more. (PAUSED)
    error MarketDeprecated();

    /// @notice The sender has recorded this offer before. (DUPLICATE)
    /// @param id the agreement
    /// @param sender who has recorded it
    error OfferAlreadyRecorded(bytes32 id, address sender);

    /// @notice The gate of tenant or policy has refused, or none is registered. (GATE_REFUSED)
    /// @param name which gate, as the registry calls it
    /// @param gate its address; 0 when none is registered
    error GateRefused(bytes32 name, address gate);

    /// @notice Buyer and seller are one. (INVALID_ARGUMENT)
    /// @param party both
    error SameParty(address party);

    /// @notice The voucher key is zero or the seller's. (INVALID_ARGUMENT)
    /// @param voucherKey the key
    error BadVoucherKey(address voucherKey);

    /// @notice The deposit is zero or above the cap. (BAD_AMOUNT)
    /// @param deposit the deposit
    /// @param cap the cap
    error DepositOutOfRange(uint256 deposit, uint256 cap);

    /// @notice The fee is below the floor. (BAD_AMOUNT)
    /// @param fee the fee
    /// @param floor the floor
    error FeeBelowFloor(uint256 fee, uint256 floor);

    /// @notice The challenge time is too short or too long. (BAD_TIME)
    /// @param challenge the time in seconds
    /// @param min the shortest
    /// @param max the longest
    error ChallengeOutOfRange(uint256 challenge, uint256 min, uint256 max);

    /// @notice It is too late. (EXPIRED)
    /// @param limit the last second, openBy; for a top-up the first that is too late, expiry
    /// @param timestamp now
    error TooLate(uint256 limit, uint256 timestamp);

    /// @notice openBy is after expiry. (BAD_TIME)
    /// @param openBy the one
    /// @param expiry the other
    error OpenByAfterExpiry(uint256 openBy, uint256 expiry);

    /// @notice The expiry is too far ahead. (BAD_TIME)
    /// @param expiry the expiry
    /// @param latest the latest that is allowed now
    error ExpiryTooFar(uint256 expiry, uint256 latest);

    /// @notice A party has neither sent nor signed. (BAD_SIGNATURE)
    /// @param party whose signature is missing, malformed, or by somebody else
    error BadSignature(address party);

    /// @notice A settlement or voucher is for another agreement. (BAD_SIGNATURE and BAD_PAYMENT)
    /// @param found the id it names
    /// @param expected the id of the agreement at hand
    error OtherAgreement(bytes32 found, bytes32 expected);

    /// @notice The tick is beyond the chain, or the chain longer than allowed. (BAD_PAYMENT)
    /// @param ticks which tick
    /// @param tickCount how many the voucher has
    error TickOutOfRange(uint256 ticks, uint256 tickCount);

    /// @notice The preimage does not lead to the anchor. (BAD_PAYMENT)
    /// @param preimage the preimage
    /// @param anchor the anchor
    error BadPreimage(bytes32 preimage, bytes32 anchor);

    /// @notice The voucher is not signed by the voucher key. (BAD_SIGNATURE)
    /// @param voucherKey the key
    error BadVoucherSignature(address voucherKey);

    /// @notice A top-up of nothing, or to above the cap. (BAD_AMOUNT)
    /// @param total what the channel would hold
    /// @param cap the cap
    error TopUpOutOfRange(uint256 total, uint256 cap);

    /// @notice What is to be paid is less than what was claimed, or more than the channel has. (BAD_AMOUNT)
    /// @param cumulative what is to be paid
    /// @param claimed the least
    /// @param total the most
    error CumulativeOutOfRange(uint256 cumulative, uint256 claimed, uint256 total);

    /// @notice It is too early. (BAD_TIME)
    /// @param limit the first second
    /// @param timestamp now
    error TooEarly(uint256 limit, uint256 timestamp);

    /// @notice A listing would be over before it begins. (BAD_TIME)
    /// @param validUntil until when
    /// @param timestamp now
    error ListingOver(uint256 validUntil, uint256 timestamp);

    /// @notice The uri is too long. (INVALID_ARGUMENT)
    /// @param length how many bytes it has
    /// @param max the most it may have
    error UriTooLong(uint256 length, uint256 max);

    /// @notice The listing is live, and this would not prolong it. (DUPLICATE)
    /// @param contentHash the listing
    /// @param validUntil until when it is live
    error ListingLive(bytes32 contentHash, uint256 validUntil);

    /// @notice The sender has no such listing. (NOT_FOUND)
    /// @param contentHash the listing
    error ListingUnknown(bytes32 contentHash);

    /// @notice Nothing would move. (BAD_AMOUNT)
    error NothingToMove();

    /// @notice The vault holds too little. (INSUFFICIENT_FUNDS)
    /// @param owner whose vault
    /// @param held what it holds
    /// @param needed what is needed
    error VaultTooSmall(address owner, uint256 held, uint256 needed);

    /// @notice No vault holds that much; there is not that much EDG. (BAD_AMOUNT)
    /// @param balance what it would hold, or what was to be added when that alone is too much
    error VaultTooLarge(uint256 balance);

    /// @notice The token has moved another sum than it was told. (TRANSACTION_FAILED)
    /// @param told the sum
    /// @param moved what has come
    error TokenMisbehaved(uint256 told, uint256 moved);

    /// @notice Only EdgeBeatCore may do this. (NOT_ALLOWED)
    /// @param sender who has sent
    error OnlyCore(address sender);

    /// @notice The market cannot be paid the fees that it holds. (INVALID_ARGUMENT)
    /// @param to the market
    error BadReceiver(address to);

    /// @notice More fees than there are. (INSUFFICIENT_FUNDS)
    /// @param held what the pot holds
    /// @param needed what was asked for
    error PotTooSmall(uint256 held, uint256 needed);

    /// @notice The market cannot be made like this.
    error BadSetup();

    // ------------------------------------------------------------------------------------------------------ events

    /// @notice A listing was advertised or renewed.
    /// @param seller who sells
    /// @param contentHash sha2-256 of the listing's canonical document
    /// @param validUntil from when on it no longer counts
    /// @param sequence the seller's counter: of two listings the later one has the larger
    /// @param uri where the document is
    event Advertised(
        address indexed seller, bytes32 indexed contentHash, uint40 validUntil, uint64 sequence, string uri
    );

    /// @notice A listing was withdrawn.
    /// @param seller who sold
    /// @param contentHash the listing
    event Withdrawn(address indexed seller, bytes32 indexed contentHash);

    /// @notice An offer was recorded.
    /// @param id the agreement offered
    /// @param sender who has recorded it; counts only when it is the buyer
    event OfferRecorded(bytes32 indexed id, address indexed sender);

    /// @notice The seller has accepted a recorded offer.
    /// @param id the agreement
    /// @param buyer of the Agreement
    /// @param seller of the Agreement
    /// @param voucherKey of the Agreement
    /// @param deposit of the Agreement
    /// @param fee of the Agreement
    /// @param openBy of the Agreement
    /// @param expiry of the Agreement
    /// @param challenge of the Agreement
    /// @param tenant of the Agreement
    /// @param policy of the Agreement
    /// @param fromVault of the Agreement
    /// @param termsHash of the Agreement
    event OfferAccepted(
        bytes32 indexed id,
        address indexed buyer,
        address indexed seller,
        address voucherKey,
        uint96 deposit,
        uint96 fee,
        uint40 openBy,
        uint40 expiry,
        uint32 challenge,
        uint32 tenant,
        uint32 policy,
        bool fromVault,
        bytes32 termsHash
    );

    /// @notice The fee was escrowed. When it came from the buyer's vault, VaultChanged follows.
    /// @param id the agreement
    /// @param fee how much
    event FeeDeposited(bytes32 indexed id, uint96 fee);

    /// @notice The fee went back to the buyer; the agreement has lapsed. When it went to the vault, VaultChanged follows.
    /// @param id the agreement
    /// @param fee how much
    event FeeReclaimed(bytes32 indexed id, uint96 fee);

    /// @notice The channel is funded. Carries every field, so that any reader of events can claim and finalize.
    /// @param id the agreement
    /// @param buyer of the Agreement
    /// @param seller of the Agreement
    /// @param voucherKey of the Agreement
    /// @param deposit of the Agreement
    /// @param fee of the Agreement
    /// @param openBy of the Agreement
    /// @param expiry of the Agreement
    /// @param challenge of the Agreement
    /// @param tenant of the Agreement
    /// @param policy of the Agreement
    /// @param fromVault of the Agreement
    /// @param termsHash of the Agreement
    /// @param vault what the buyer's vault holds now when deposit and fee came from there, else 0
    event Opened(
        bytes32 indexed id,
        address indexed buyer,
        address indexed seller,
        address voucherKey,
        uint96 deposit,
        uint96 fee,
        uint40 openBy,
        uint40 expiry,
        uint32 challenge,
        uint32 tenant,
        uint32 policy,
        bool fromVault,
        bytes32 termsHash,
        uint256 vault
    );

    /// @notice The channel got more.
    /// @param id the agreement
    /// @param from who has added it
    /// @param amount how much
    /// @param topUps all that was added so far
    event ToppedUp(bytes32 indexed id, address indexed from, uint96 amount, uint96 topUps);

    /// @notice A voucher was paid out.
    /// @param id the agreement
    /// @param amount what the seller got now, zero when the voucher was worth no more than before
    /// @param claimed all that was claimed so far
    event Claimed(bytes32 indexed id, uint96 amount, uint96 claimed);

    /// @notice The buyer has asked to close.
    /// @param id the agreement
    /// @param deadline from when on anyone may finalize; never moves
    event CloseRequested(bytes32 indexed id, uint40 deadline);

    /// @notice One party has stated what is to be paid.
    /// @param id the agreement
    /// @param party who
    /// @param cumulative what the seller gets in all
    /// @param invoiceHash the invoice
    event TerminationStated(bytes32 indexed id, address indexed party, uint96 cumulative, bytes32 invoiceHash);

    /// @notice The agreement has ended; this is the ledger's invoice.
    /// @param id the agreement
    /// @param buyer who has paid
    /// @param seller who was paid
    /// @param paid what the seller got in all
    /// @param refunded what the buyer got back
    /// @param fee what the platform got
    /// @param invoiceHash the invoice both signed or stated; zero when they did not
    /// @param vault what the buyer's vault holds now when the refund went there, else 0
    event Closed(
        bytes32 indexed id,
        address indexed buyer,
        address indexed seller,
        uint96 paid,
        uint256 refunded,
        uint96 fee,
        bytes32 invoiceHash,
        uint256 vault
    );

    /// @notice The agreement will never be opened.
    /// @param id the agreement
    /// @param by who has cancelled
    event Cancelled(bytes32 indexed id, address indexed by);

    /// @notice A vault holds another amount. What opening and closing do to it is in their own events.
    /// @param owner whose vault
    /// @param balance what it holds now
    event VaultChanged(address indexed owner, uint256 balance);

    /// @notice What new listings and agreements are checked against was taken over from EdgeBeatCore.
    /// @param parameters the parameters
    /// @param paused whether new agreements are paused
    /// @param deprecated whether this market takes no new agreements any more
    event ParametersSynced(Parameters parameters, bool paused, bool deprecated);

    /// @notice Fees left the pot.
    /// @param to who got them
    /// @param amount how much
    event FeesCollected(address indexed to, uint256 amount);

    // ---------------------------------------------------------------------------------------------------- listings

    /// @notice Seller: advertises a listing, or renews one; the listing fee is taken.
    /// White paper, Mode of Operation, step 1: `dedge_advertise`.
    /// @dev Refused by: ListingOver, UriTooLong, ListingLive.
    /// @param contentHash sha2-256 of the listing's canonical document
    /// @param uri where the document is
    /// @param validUntil from when on it no longer counts
    function advertise(bytes32 contentHash, string calldata uri, uint40 validUntil) external;

    /// @notice Seller: withdraws a listing.
    /// @dev Refused by: ListingUnknown.
    /// @param contentHash the listing
    function withdraw(bytes32 contentHash) external;

    // ------------------------------------------------------------------------------------------------- literal way

    /// @notice Buyer: records an offer. White paper step 3: the buyer writes the offer's hash.
    /// Anybody may record any id; it reserves nothing, and counts only for the buyer.
    /// @dev Refused by: WrongState, OpeningPaused, MarketDeprecated, OfferAlreadyRecorded.
    /// @param id the agreement offered
    function recordOffer(bytes32 id) external;

    /// @notice Seller: accepts an offer that the buyer has recorded. White paper step 4: the seller writes the hash, and
    /// both are in contract.
    /// @dev Refused by: WrongState, NotAllowed, and what `open` checks of an agreement.
    /// @param agreement the agreement
    function acceptOffer(Agreement calldata agreement) external;

    /// @notice Buyer: escrows the platform's fee. White paper step 5: `dedge_fee`.
    /// @dev Refused by: WrongState, NotAllowed, TooLate.
    /// @param agreement the agreement
    function depositFee(Agreement calldata agreement) external;

    /// @notice Buyer: funds the payment channel. White paper step 7.
    /// @dev Refused by: WrongState, NotAllowed, TooLate.
    /// @param agreement the agreement
    function fundChannel(Agreement calldata agreement) external;

    /// @notice Buyer or seller: states what is to be paid; two equal statements settle, unequal ones move nothing.
    /// White paper steps 11 and 12: both invoke `termination`, which makes the invoice and collects `dedge_fee`.
    /// @dev Refused by: WrongState, NotAllowed, CumulativeOutOfRange.
    /// @param agreement the agreement
    /// @param cumulative what the seller gets in all
    /// @param invoiceHash the invoice
    function terminate(Agreement calldata agreement, uint96 cumulative, bytes32 invoiceHash) external;

    /// @notice Buyer, or anyone after openBy: returns the fee of a channel that was never funded.
    /// @dev Refused by: WrongState, NotAllowed.
    /// @param agreement the agreement
    function reclaimFee(Agreement calldata agreement) external;

    /// @notice Buyer or seller: makes sure that an agreement that was not opened never will be.
    /// @dev Refused by: WrongState, NotAllowed.
    /// @param agreement the agreement
    function cancel(Agreement calldata agreement) external;

    // ------------------------------------------------------------------------------------------------- compact way

    /// @notice Buyer or seller: opens an agreement that the other one has signed, and funds its channel. White paper steps
    /// 3, 4, 5 and 7 in one.
    /// @dev Refused by: WrongState, OpeningPaused, MarketDeprecated, GateRefused, SameParty, BadVoucherKey,
    /// DepositOutOfRange, FeeBelowFloor, ChallengeOutOfRange, TooLate, OpenByAfterExpiry, ExpiryTooFar, BadSignature
    /// (buyer, then seller), and by whoever holds the money. One static signature costs 800 gas less than two of any length.
    /// @param agreement the agreement
    /// @param signature of the Agreement by the party that does not send
    function open(Agreement calldata agreement, Signature calldata signature) external;

    /// @notice As `open`, with the buyer's permit for deposit + fee. A permit that fails fails nothing: somebody may have
    /// used it already, or the allowance may do without it. Only the transfer decides.
    /// @param agreement the agreement
    /// @param signature of the Agreement by the party that does not send
    /// @param permit the buyer's signature of ERC-2612
    function openWithPermit(Agreement calldata agreement, Signature calldata signature, Permit calldata permit) external;

    /// @notice Anyone: as `open`. A party that is a contract may agree by ERC-1271.
    /// @param agreement the agreement
    /// @param buyerSignature of the Agreement; empty when the buyer sends
    /// @param sellerSignature of the Agreement; empty when the seller sends
    function openFor(Agreement calldata agreement, bytes calldata buyerSignature, bytes calldata sellerSignature)
        external;

    /// @notice Buyer or seller: settles what the other one has signed. White paper steps 11 and 12 in one.
    /// @dev Refused by: WrongState, OtherAgreement, CumulativeOutOfRange, BadSignature (buyer, then seller).
    /// @param agreement the agreement
    /// @param settlement what is to be paid
    /// @param signature of the Settlement by the party that does not send; the buyer's also by the voucher key
    function settle(Agreement calldata agreement, Settlement calldata settlement, Signature calldata signature)
        external;

    /// @notice Anyone: as `settle`. A party that is a contract may agree by ERC-1271.
    /// @param agreement the agreement
    /// @param settlement what is to be paid
    /// @param buyerSignature of the Settlement by buyer or voucher key; empty when the buyer sends
    /// @param sellerSignature of the Settlement by the seller; empty when the seller sends
    function settleFor(
        Agreement calldata agreement,
        Settlement calldata settlement,
        bytes calldata buyerSignature,
        bytes calldata sellerSignature
    ) external;

    // --------------------------------------------------------------------------------------------------- both ways

    /// @notice Anyone: adds own tokens to an open channel, before expiry. What is not paid out goes to the buyer.
    /// @dev Refused by: WrongState, TooLate, TopUpOutOfRange.
    /// @param agreement the agreement
    /// @param amount how much
    function topUp(Agreement calldata agreement, uint96 amount) external;

    /// @notice Anyone: pays the seller what a voucher is worth and was not claimed before. White paper step 10.
    /// Never refused for being worth too much or too little.
    /// @dev Refused by: WrongState, OtherAgreement, TickOutOfRange, BadVoucherSignature, BadPreimage.
    /// @param agreement the agreement
    /// @param voucherClaim voucher, tick and preimage
    function claim(Agreement calldata agreement, VoucherClaim calldata voucherClaim) external;

    /// @notice Buyer: asks to close; the challenge time starts, once.
    /// @dev Refused by: WrongState, NotAllowed.
    /// @param agreement the agreement
    function requestClose(Agreement calldata agreement) external;

    /// @notice Seller: ends at once, with what was claimed.
    /// @dev Refused by: WrongState, NotAllowed.
    /// @param agreement the agreement
    function release(Agreement calldata agreement) external;

    /// @notice Seller: claims a last voucher and ends at once.
    /// @dev Refused by: WrongState, NotAllowed, and what `claim` checks of a voucher.
    /// @param agreement the agreement
    /// @param voucherClaim voucher, tick and preimage
    function releaseWithVoucher(Agreement calldata agreement, VoucherClaim calldata voucherClaim) external;

    /// @notice Anyone, from the deadline on: ends with what was claimed. Needs no signature.
    /// @dev Refused by: WrongState, TooEarly.
    /// @param agreement the agreement
    function finalize(Agreement calldata agreement) external;

    // ------------------------------------------------------------------------------------------------------- vault

    /// @notice Moves own tokens into the own vault, from which agreements can be opened without an allowance.
    /// @dev Refused by: NothingToMove.
    /// @param amount how much
    function vaultDeposit(uint256 amount) external;

    /// @notice Moves own tokens out of the own vault.
    /// @dev Refused by: NothingToMove, VaultTooSmall.
    /// @param amount how much
    function vaultWithdraw(uint256 amount) external;

    // ---------------------------------------------------------------------------------------------------- platform

    /// @notice Anyone: takes over parameters and pause from EdgeBeatCore. Open agreements are not concerned.
    function sync() external;

    /// @notice Anyone: moves the fees that lie beside vaults into the pot.
    /// @param owners whose vaults
    function gatherFees(address[] calldata owners) external;

    /// @notice EdgeBeatCore: takes fees out of the pot. Fees are in the pot only once their agreement has ended.
    /// @dev Refused by: OnlyCore, BadReceiver, PotTooSmall.
    /// @param to who gets them; not the market
    /// @param amount how much
    function collectFees(address to, uint256 amount) external;

    // ------------------------------------------------------------------------------------------------------- views

    /// @notice What the market keeps of an agreement.
    /// @param id the agreement
    /// @return status its state; OFFER_RECORDED when anybody has recorded it
    /// @return closeAt the deadline once the buyer has asked to close, else 0
    /// @return claimed what the seller has got so far; in CLOSED: in all
    /// @return topUps what was added to the deposit
    function agreementOf(bytes32 id)
        external
        view
        returns (Status status, uint40 closeAt, uint96 claimed, uint96 topUps);

    /// @notice Whether an account's record of an offer counts, if it is the buyer.
    /// @param id the agreement
    /// @param sender the account
    /// @return whether it does
    function isRecorded(bytes32 id, address sender) external view returns (bool);

    /// @notice What a party has stated last. It counts while the agreement is funded, and may stay beyond its end.
    /// @param id the agreement
    /// @param party buyer or seller
    /// @return keccak-256 of cumulative and invoiceHash, 32 bytes each; 0 for nothing, or once the other one has stated the same
    function statementOf(bytes32 id, address party) external view returns (bytes32);

    /// @notice What a vault holds.
    /// @param owner whose
    /// @return how much
    function vaultOf(address owner) external view returns (uint256);

    /// @notice The fees of an account's agreements that were paid from its vault and not gathered into the pot.
    /// @param owner whose
    /// @return how much
    function feesOf(address owner) external view returns (uint256);

    /// @notice A listing.
    /// @param seller who sells
    /// @param contentHash the listing
    /// @return validUntil from when on it no longer counts; 0 when there is none
    /// @return sequence its number
    function listingOf(address seller, bytes32 contentHash)
        external
        view
        returns (uint40 validUntil, uint64 sequence);

    /// @notice How often a seller has advertised.
    /// @param seller who sells
    /// @return the sequence of the newest listing
    function listingSequenceOf(address seller) external view returns (uint64);

    /// @notice The fees that can be collected.
    /// @return how much
    function feePot() external view returns (uint256);

    /// @notice What new listings and agreements are checked against.
    /// @return parameters the parameters
    /// @return paused whether new agreements are paused
    /// @return deprecated whether this market takes no new agreements any more
    function openingRules() external view returns (Parameters memory parameters, bool paused, bool deprecated);

    /// @notice The digest of an Agreement that both sign: its id.
    /// @param agreement the agreement
    /// @return the id
    function idOf(Agreement calldata agreement) external view returns (bytes32);

    /// @notice The digest of a voucher that the voucher key signs.
    /// @param voucher the voucher
    /// @return the digest
    function voucherDigest(Voucher calldata voucher) external view returns (bytes32);

    /// @notice The digest of a settlement that both sign.
    /// @param settlement the settlement
    /// @return the digest
    function settlementDigest(Settlement calldata settlement) external view returns (bytes32);

    // solhint-disable func-name-mixedcase

    /// @notice The token in which the market counts, for ever.
    /// @return its contract
    function TOKEN() external view returns (IERC20);

    /// @notice The platform's contract.
    /// @return its contract
    function CORE() external view returns (IEdgeBeatCore);

    /// @notice The shortest challenge time.
    /// @return seconds
    function MIN_CHALLENGE() external view returns (uint256);

    /// @notice The longest challenge time.
    /// @return seconds
    function MAX_CHALLENGE() external view returns (uint256);

    /// @notice How far ahead an expiry may lie.
    /// @return seconds
    function MAX_LIFE() external view returns (uint256);
}
