using System.Runtime.InteropServices;
using LeVo.Alignment.Policy;
using LeVo.Core.Conditioning;
using LeVo.Core.Generation;
using LeVo.Core.Model;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.Conditions;
using LeVo.Core.Torch.LanguageModel;
using static TorchSharp.torch;

namespace LeVo.Alignment.Sampling;

/// <summary>
/// Samples songs in a batch, one column of all of them at a time. The sessions are those of <c>TokenGenerator</c>, so
/// that each song equals the one with the same seed there, up to rounding differences of larger batches.
/// </summary>
internal static class BatchGenerator
{
    /// <summary>Samples one song for each condition and seed.</summary>
    /// <param name="lelm">The model.</param>
    /// <param name="songs">The conditions.</param>
    /// <param name="seeds">One seed per song.</param>
    /// <param name="options">The sampling options.</param>
    /// <param name="frames">Maximum number of frames; null for the model's maximum.</param>
    /// <param name="cancellationToken">Cancels between two columns.</param>
    public static SongTokens[] Generate(TrainedLeLm lelm, IReadOnlyList<SongCondition> songs,
        IReadOnlyList<ulong> seeds, GenerationOptions options, int? frames, CancellationToken cancellationToken)
    {
        LeLmConfig config = lelm.Config;
        int maxFrames = frames ?? config.MaxFrames;
        GenerationSession[] sessions = [.. songs.Select((song, i) => new GenerationSession(
            config, maxFrames, options, seeds[i], PromptCodes.Banned(song.Prompt, config)))];
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var cache = new KvCache(config, 2 * songs.Count,
            config.PrefixLength + config.CreatePattern(maxFrames).Columns, lelm.Device, lelm.Model.Type);
        using (ConditionPrefix prefix = lelm.Model.Conditions.Embed(
            [.. songs.Concat(songs.Select(song => song.ToAbsent())).Select(lelm.Preparer.Prepare)]))
        {
            lelm.Model.ReadPrefix(prefix, cache);
        }
        int size = config.Codebooks * config.Classes;
        while (!Array.TrueForAll(sessions, session => session.Ended))
        {
            cancellationToken.ThrowIfCancellationRequested();
            float[] logits = Read(lelm.Model, cache, sessions);
            for (int i = 0; i < sessions.Length; i++)
            {
                if (!sessions[i].Ended)
                    sessions[i].Pick(logits.AsSpan(i * size, size), logits.AsSpan((songs.Count + i) * size, size));
            }
        }
        return [.. sessions.Select(session => Collect(session, config))];
    }

    /// <summary>
    /// Processes each session's next columns and returns the logits, <c>[2 songs, K, classes]</c>. Sessions that have
    /// ended get empty cells; their logits are not used.
    /// </summary>
    private static float[] Read(LeLm model, KvCache cache, GenerationSession[] sessions)
    {
        using var scope = NewDisposeScope();
        int codebooks = model.Config.Codebooks;
        int[][] columns = [.. sessions.Select(session => session.TakeUnreadColumns().ToArray())];
        int width = columns.Max(ids => ids.Length);
        var ids = new long[2 * sessions.Length * width];
        for (int i = 0; i < ids.Length; i++)
        {
            int[] own = columns[i / width % sessions.Length];
            ids[i] = i % width < own.Length ? own[i % width] : model.Config.SpecialId;
        }
        Tensor batch = tensor(ids, [2 * sessions.Length, codebooks, width / codebooks], device: model.Device);
        Tensor logits = model.Forward(batch, null, cache, lastOnly: true).Logits;
        return MemoryMarshal.Cast<byte, float>(logits.to(float32, CPU).contiguous().bytes).ToArray();
    }

    private static SongTokens Collect(GenerationSession session, LeLmConfig config)
    {
        var frames = new List<TokenFrame>();
        while (session.TryTakeFrame() is { } frame)
            frames.Add(frame);
        return SongTokens.FromFrames(frames, config.FrameRate);
    }
}
