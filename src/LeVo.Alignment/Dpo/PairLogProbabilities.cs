using LeVo.Alignment.Data;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Preferences;
using LeVo.Alignment.Training;
using LeVo.Core.Model;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.Conditions;
using LeVo.Core.Torch.LanguageModel;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Alignment.Dpo;

/// <summary>Computes log-probabilities of the songs of pairs under a model in training.</summary>
internal static class PairLogProbabilities
{
    /// <summary>
    /// Computes chosen and rejected songs in one pass, each <c>[pairs, 3]</c>. If only the mixed stream is included,
    /// the AR decoder does not run and the other two are 0.
    /// </summary>
    public static (StreamLogProbabilities Chosen, StreamLogProbabilities Rejected) Compute(
        TrainedLeLm lelm, IReadOnlyList<PreferencePair> pairs, DpoOptions dpo)
    {
        using var scope = NewDisposeScope();
        TrainingSong[] songs =
        [
            .. pairs.Select(pair => Song(pair, pair.Chosen, pair.ChosenFrames)),
            .. pairs.Select(pair => Song(pair, pair.Rejected, pair.RejectedFrames)),
        ];
        SongBatch batch = lelm.Batch(songs);
        bool isGuided = dpo.Guidance != 1;
        LeLmConfig config = lelm.Config;
        DelayPattern pattern = config.CreatePattern((int)batch.Codes.size(2));
        Tensor ids = pattern.Build(batch.Codes, config.SpecialId).narrow(2, 0, pattern.Columns - 1);
        if (isGuided)
            ids = ids.repeat(2, 1, 1);
        ConditionPrefix prefix =
            lelm.Model.Conditions.Embed(isGuided ? [.. batch.Conditions, .. lelm.Absent(songs)] : batch.Conditions);
        Tensor counted = batch.Codes.IsNot(config.SpecialId).to(float32), compared = batch.Marked.unsqueeze(1), each;
        if (dpo.MixedAlone)
        {
            var first = new DelayPattern([config.Delays[0]], pattern.Frames, config.FlattenFirst, config.EmptyInitial);
            // Columns after the last mixed frame contain only the delayed tracks.
            Tensor hidden = lelm.Model.ReadMixed(ids.narrow(2, 0, first.Columns - 1), prefix);
            each = Of([hidden], first);
            each = nn.functional.pad(each, [0, 0, 0, config.Codebooks - 1]);
        }
        else
        {
            Tensor mixed = lelm.Model.ReadMixed(ids, prefix);
            Tensor tracks = lelm.Model.ReadTracks(ids, mixed, prefix).TrackHidden;
            each = Of([mixed, .. Enumerable.Repeat(tracks, config.Codebooks - 1)], pattern);
        }
        return (Half(0), Half(1));

        // Log-probabilities of the first codebooks, whose hidden states are given.
        Tensor Of(IEnumerable<Tensor> hidden, DelayPattern delays) => SequenceLogProbabilities.Compute(
            [.. hidden.Select((states, codebook) => isGuided
                ? SequenceLogProbabilities.Guided(lelm.Model, codebook, states, dpo.Guidance)
                : SequenceLogProbabilities.Input(lelm.Model, codebook, states))],
            prefix.Length, batch.Codes, delays, config.SpecialId);

        StreamLogProbabilities Half(int index) => new(Sum(each, index), Sum(counted, index))
        {
            ComparedSums = Sum(each * compared, index),
            ComparedCounts = Sum(counted * compared, index),
        };

        Tensor Sum(Tensor tokens, int index) =>
            SequenceLogProbabilities.Sum(tokens.narrow(0, index * pairs.Count, pairs.Count)).MoveToOuterDisposeScope();
    }

    private static TrainingSong Song(PreferencePair pair, SongTokens tokens, IReadOnlyList<int>? compared) =>
        new(tokens, pair.Condition.Lyrics, pair.Condition.Description)
        {
            Prompt = pair.Condition.Prompt,
            MarkedFrames = compared ?? [.. Enumerable.Range(0, tokens.Frames + 1)],
        };
}
