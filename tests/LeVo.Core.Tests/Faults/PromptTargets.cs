using System.Runtime.InteropServices;
using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.Prompts;
using LeVo.Core.Tests.Checkpoints;
using LeVo.Core.Tokens;
using LeVo.Testing.Faults;

namespace LeVo.Core.Tests.Faults;

/// <summary>Readers of audio prompts: files of ready-made codes, and recordings up to the codec.</summary>
internal static class PromptTargets
{
    /// <summary>Two recordings and their differences at the codec's rate, at most.</summary>
    private const long PromptSound = 16 << 20;

    public static IEnumerable<FuzzTarget> All(TemporaryFolder folder)
    {
        string bad = folder["bad"], good = folder["good"];
        AutoPrompts.Load(ByLanguage().SaveWithCodes(folder["languages.pt"])).Save(folder["ours"]);
        yield return new("auto prompts", [File.ReadAllBytes(folder["ours"]), File.ReadAllBytes(folder["languages.pt"]),
            File.ReadAllBytes(ByGenre().SaveWithCodes(folder["genres.pt"]))], input =>
        {
            File.WriteAllBytes(bad, input);
            Draw(bad);
        }, typeof(InvalidDataException))
        { Share = 50 };
        yield return new("pickle of auto prompts", [ByLanguage().Pickle, ByGenre().Pickle], input =>
        {
            new TorchArchiveBuilder().Raw(input).SaveWithCodes(bad);
            Draw(bad);
        }, typeof(InvalidDataException))
        { Share = 50 };
        Waveform sound = new([[.. Enumerable.Range(0, 400).Select(i => MathF.Sin(i))], new float[400]], 16_000);
        foreach (string extension in (string[])[".wav", ".flac"])
            AudioFile.WriteAsync(good + extension, sound).GetAwaiter().GetResult();
        var loader = new PromptLoader(new LengthCodec(), new("m", "h", 25, TimeSpan.FromSeconds(9), new())
        {
            PromptDuration = TimeSpan.FromSeconds(1),
        });
        yield return new("recordings of prompts", [File.ReadAllBytes(good + ".wav"), File.ReadAllBytes(good + ".flac")], input =>
        {
            File.WriteAllBytes(bad, input);
            foreach ((string? mix, string vocal, string? accompaniment) in (ReadOnlySpan<(string?, string, string?)>)
                [(bad, good + ".wav", null), (null, bad, good + ".wav")])
                loader.LoadAsync(PromptAudio.Read(mix, vocal, accompaniment)).GetAwaiter().GetResult();
        }, typeof(InvalidDataException), typeof(ArgumentException))
        { Fixed = PromptSound, Share = 50 };
    }

    private static void Draw(string path)
    {
        AutoPrompts prompts = AutoPrompts.Load(path);
        foreach (string genre in prompts.Genres)
        {
            if (prompts.Problem(genre, null) is null)
                prompts.Draw(genre, null, 1);
        }
    }

    /// <summary>Saves an archive with the storages of the prompts.</summary>
    private static string SaveWithCodes(this TorchArchiveBuilder archive, string path) => archive
        .Member("data/0", MemoryMarshal.AsBytes<long>([1, 2, 3, 4, 5, 6]).ToArray())
        .Member("data/1", MemoryMarshal.AsBytes<int>([7, 8, 9]).ToArray()).Save(path);

    /// <summary>The layout with languages.</summary>
    private static TorchArchiveBuilder ByLanguage() => new TorchArchiveBuilder().Op('}', '(')
        .Text("Pop").Op('}', '(')
        .Text("en").Op(']', '(').Tensor("LongStorage", "0", 6, 0, [1, 3, 2], [6, 2, 1]).Op('e')
        .Text("zh").Op(']', '(').Tensor("IntStorage", "1", 3, 0, [3, 1], [1, 1]).Op('e').Op('u')
        .Text("Jazz").Op('}').Text("en").Op(']', 's', 'u');

    /// <summary>The layout of genres alone.</summary>
    private static TorchArchiveBuilder ByGenre() => new TorchArchiveBuilder().Op('}', '(')
        .Text("Pop").Op(']', '(').Tensor("LongStorage", "0", 6, 0, [1, 3, 2], [6, 2, 1])
        .Tensor("IntStorage", "1", 3, 0, [3, 1], [1, 1]).Op('e', 'u');

    /// <summary>A frame for each 40 ms.</summary>
    private sealed class LengthCodec : IMusicCodec
    {
        public int SampleRate => 48_000;

        public int FrameRate => 25;

        public IAsyncEnumerable<Waveform> DecodeAsync(SongTokens tokens, CodecDecodeOptions options,
            IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public Task<SongTokens> EncodeAsync(Waveform mix, StemPair stems, CancellationToken cancellationToken = default)
        {
            if (mix.Length > SampleRate || stems.Vocal.Length != mix.Length || stems.Accompaniment.Length != mix.Length)
                throw new InvalidOperationException("The stems of a prompt do not fit the mix.");
            int[] row = new int[mix.Length * FrameRate / SampleRate];
            return Task.FromResult(SongTokens.FromRows(row, row, row));
        }
    }
}
