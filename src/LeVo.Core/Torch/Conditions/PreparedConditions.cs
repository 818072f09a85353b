using LeVo.Core.Conditioning;
using LeVo.Core.Model;
using static TorchSharp.torch;

namespace LeVo.Core.Torch.Conditions;

/// <summary>The conditions of a batch as id tensors, int64.</summary>
/// <param name="Lyrics">[batch, lyrics length].</param>
/// <param name="Sections">[batch, lyrics length].</param>
/// <param name="Description">[batch, description length].</param>
/// <param name="Prompt">[batch, codebooks, prompt length - 1].</param>
internal sealed record PreparedConditions(Tensor Lyrics, Tensor Sections, Tensor Description, Tensor Prompt) : IDisposable
{
    /// <summary>Stacks songs; the caller's dispose scope or <see cref="Dispose"/> frees the tensors.</summary>
    public static PreparedConditions Of(IReadOnlyList<ConditionIds> songs, LeLmConfig config, Device device) => new(
        Stack(songs, song => song.Lyrics, device),
        Stack(songs, song => song.Sections, device),
        Stack(songs, song => song.Description, device),
        Stack(songs, song => song.Prompt, device, config.Codebooks));

    public void Dispose()
    {
        Lyrics.Dispose();
        Sections.Dispose();
        Description.Dispose();
        Prompt.Dispose();
    }

    private static Tensor Stack(
        IReadOnlyList<ConditionIds> songs, Func<ConditionIds, long[]> part, Device device, int? rows = null)
    {
        long[] ids = [.. songs.SelectMany(part)];
        long rest = ids.Length / songs.Count / (rows ?? 1);
        return tensor(ids, rows is int r ? [songs.Count, r, rest] : [songs.Count, rest], device: device);
    }
}
