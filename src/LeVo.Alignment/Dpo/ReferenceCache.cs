using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LeVo.Alignment.Data;
using LeVo.Alignment.Policy;
using LeVo.Alignment.Preferences;
using LeVo.Core.Checkpoints;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Alignment.Dpo;

/// <summary>
/// The reference's log-probabilities of all pairs' compared frames, computed once and cached in the run's folder, so that only one
/// copy of the model is in memory.
/// </summary>
internal sealed class ReferenceCache : IDisposable
{
    private const string Sums = "sums", Fingerprint = "fingerprint";
    private readonly Tensor sums;

    private ReferenceCache(Tensor sums) => this.sums = sums;

    /// <summary>
    /// Loads the cache if it belongs to this starting checkpoint and these pairs, else computes and writes it.
    /// </summary>
    /// <param name="lelm">The reference: the model before its first update.</param>
    /// <param name="startPath">Its checkpoint.</param>
    /// <param name="pairs">The pairs.</param>
    /// <param name="dpo">The loss options, with the included streams.</param>
    /// <param name="batchSize">Pairs per pass.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="cancellationToken">Cancels between two batches.</param>
    public static ReferenceCache LoadOrCreate(TrainedLeLm lelm, string startPath, IReadOnlyList<PreferencePair> pairs,
        DpoOptions dpo, int batchSize, string folder, CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder, "reference.safetensors");
        string fingerprint = ComputeFingerprint(startPath, pairs, dpo);
        if (File.Exists(path))
        {
            using Checkpoint file = Checkpoint.Open(path);
            if (file.Metadata.GetValueOrDefault(Fingerprint) == fingerprint)
                return new(file.Load(Sums).DetachFromDisposeScope());
        }
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var rows = new List<Tensor>();
        foreach (PreferencePair[] batch in pairs.Chunk(batchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            (StreamLogProbabilities chosen, StreamLogProbabilities rejected) = PairLogProbabilities.Compute(lelm, batch, dpo);
            rows.Add(stack([chosen.ComparedSums, rejected.ComparedSums], 1).to(CPU).MoveToOuterDisposeScope());
        }
        Tensor all = cat([.. rows], 0);
        TensorWriter.Save(path, [(Sums, all)], new Dictionary<string, string> { [Fingerprint] = fingerprint });
        return new(all.DetachFromDisposeScope());
    }

    /// <summary>Returns the sums of selected pairs, each <c>[pairs, 3]</c>.</summary>
    public (Tensor Chosen, Tensor Rejected) Select(int[] pairs, Device device)
    {
        using var scope = NewDisposeScope();
        Tensor rows = sums.index_select(0, tensor([.. pairs.Select(pair => (long)pair)], int64)).to(device);
        return (rows.select(1, 0).MoveToOuterDisposeScope(), rows.select(1, 1).MoveToOuterDisposeScope());
    }

    public void Dispose() => sums.Dispose();

    private static string ComputeFingerprint(string startPath, IReadOnlyList<PreferencePair> pairs, DpoOptions dpo)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using (FileStream file = File.OpenRead(startPath))
            hash.AppendData(SHA256.HashData(file));
        foreach (PreferencePair pair in pairs)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(
                $"{pair.Condition.Key()}\n{TokenBlobs.ComputeId(pair.Chosen)}\n{TokenBlobs.ComputeId(pair.Rejected)}\n"
                + $"{Text(pair.ChosenFrames)}{Text(pair.RejectedFrames)}"));
        }
        return string.Create(CultureInfo.InvariantCulture,
            $"{Convert.ToHexStringLower(hash.GetHashAndReset())} {dpo.Streams.Sum(part => 1 << (int)part)} {dpo.Guidance}");

        static string Text(IReadOnlyList<int>? frames) => frames is null ? "" : string.Join(',', frames) + '\n';
    }
}
