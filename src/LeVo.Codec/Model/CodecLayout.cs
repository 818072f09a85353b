namespace LeVo.Codec.Model;

/// <summary>One stream of codes in a checkpoint.</summary>
/// <param name="Quantizer">The quantizer's name in the state dict.</param>
/// <param name="Tap">Index of the MusicFM hidden state that it quantizes.</param>
internal sealed record CodecStream(string Quantizer, int Tap);

/// <summary>The two tokenizers of the system share one design and differ in their streams.</summary>
internal static class CodecLayout
{
    private const string FirstQuantizer = "rvq_bestrq_emb";
    private const string SecondQuantizer = "rvq_bestrq_bgm_emb";

    /// <summary>One stream, the full mix.</summary>
    public static IReadOnlyList<CodecStream> Mixed(int tap = 6) => [new(FirstQuantizer, tap)];

    /// <summary>Vocal and accompaniment.</summary>
    public static IReadOnlyList<CodecStream> DualTrack(int vocalTap = 7, int accompanimentTap = 3) =>
        [new(FirstQuantizer, vocalTap), new(SecondQuantizer, accompanimentTap)];
}
