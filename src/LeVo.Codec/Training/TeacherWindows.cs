using LeVo.Codec.Flow;
using LeVo.Codec.Loading;
using LeVo.Codec.Noise;
using LeVo.Codec.Planning;
using LeVo.Codec.Quantization;
using LeVo.Core.Checkpoints;
using LeVo.Core.Tokens;
using LeVo.Core.Torch.Tensors;
using static TorchSharp.torch;

namespace LeVo.Codec.Training;

/// <summary>
/// What a flow decoder makes of songs' tokens, window by window, as decoding does it: a window's noise follows from the seed, its
/// latents are in files of <see cref="SongsPerFile"/> songs each, so that a stopped run goes on where it was.
/// </summary>
internal sealed class TeacherWindows : IDisposable
{
    private const int SongsPerFile = 20;
    private readonly CodecFolder teacher;
    private readonly IReadOnlyList<SongTokens> songs;
    private readonly string folder;
    private readonly int seed;
    private readonly LatentStatistics statistics;
    private readonly List<Checkpoint> files = [];

    /// <param name="teacher">The codec; its solver settings are the teacher's.</param>
    /// <param name="songs">The songs.</param>
    /// <param name="folder">Where the latents go.</param>
    /// <param name="seed">Seed of the noise.</param>
    /// <exception cref="NotSupportedException">The codec's latent statistics are not frozen.</exception>
    public TeacherWindows(CodecFolder teacher, IReadOnlyList<SongTokens> songs, string folder, int seed)
    {
        (this.teacher, this.songs, this.folder, this.seed) = (teacher, songs, folder, seed);
        statistics = teacher.DualTrack.Flow.Normalizer.Read();
        if (!statistics.IsFrozen)
            throw new NotSupportedException($"'{teacher.DualTrack.Path}': the latent statistics are not frozen.");
    }

    /// <summary>Computes the latents that no file has.</summary>
    public void Complete(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        for (int first = 0; first < songs.Count; first += SongsPerFile)
        {
            string path = Path.Combine(folder, $"teacher-{first / SongsPerFile:0000}.safetensors");
            if (!File.Exists(path))
            {
                using var scope = NewDisposeScope();
                List<(string, Tensor)> latents = [];
                for (int song = first; song < Math.Min(first + SongsPerFile, songs.Count); song++)
                    latents.AddRange(Solve(song, cancellationToken));
                TensorWriter.Save(path, latents);
                progress?.Report($"{Math.Min(first + SongsPerFile, songs.Count)} of {songs.Count} songs by the teacher");
            }
            files.Add(Checkpoint.Open(path));
        }
    }

    /// <summary>Windows drawn from all songs, all with context or all without: vectors of their codes, noise, and the teacher's
    /// normalized latents, whose first frames are the context.</summary>
    /// <param name="count">Number of windows.</param>
    /// <param name="random">The draws.</param>
    public TeacherBatch Draw(int count, Random random)
    {
        bool later = random.NextDouble() < LaterShare();
        List<(int Song, int Window)> windows = [];
        while (windows.Count < count)
        {
            int song = random.Next(songs.Count), windowsOfSong = Plan(song).Count;
            if (!later || windowsOfSong > 1)
                windows.Add((song, later ? random.Next(1, windowsOfSong) : 0));
        }
        Tensor noise = cat([.. windows.Select(window => Noise(window.Song, window.Window))], 0);
        Tensor latents = cat([.. windows.Select(window =>
            files[window.Song / SongsPerFile].Load(Name(window.Song, window.Window)).unsqueeze(0))], 0);
        return new(Streams(windows), noise, latents, later ? Plan(0).Overlap : 0);
    }

    public void Dispose() => files.ForEach(file => file.Dispose());

    private static string Name(int song, int window) => $"{song}.{window}";

    private double LaterShare()
    {
        int all = Enumerable.Range(0, songs.Count).Sum(song => Plan(song).Count);
        return (all - songs.Count) / (double)all;
    }

    private WindowPlan Plan(int song) =>
        WindowPlan.Create(songs[song].Frames, teacher.Defaults.WindowSeconds, teacher.Vae.FrameRate);

    private Tensor Noise(int song, int window)
    {
        using var noise = new SeededNoise(unchecked((ulong)seed * 1_000_003 + (ulong)song * 4096 + (ulong)window));
        return noise.Normal([1, Plan(song).Window, teacher.Vae.Config.LatentWidth]);
    }

    /// <summary>A song's windows, each continuing the one before.</summary>
    private IEnumerable<(string Name, Tensor Latents)> Solve(int song, CancellationToken cancellationToken)
    {
        FlowMatchingDecoder flow = teacher.DualTrack.Flow;
        WindowPlan plan = Plan(song);
        Tensor given = zeros(1, teacher.Vae.Config.LatentWidth, plan.Window);
        for (int window = 0; window < plan.Count; window++)
        {
            using var gradients = no_grad();
            Tensor latents = flow.Solve(
                new(Streams([(song, window)]), Noise(song, window), given, window == 0 ? 0 : plan.Overlap, plan.Window),
                teacher.Defaults.Flow, statistics, null, cancellationToken);
            yield return (Name(song, window), statistics.Project(latents).squeeze(0).t().contiguous());
            given = zeros_like(latents);
            given.narrow(2, 0, plan.Overlap).copy_(latents.narrow(2, plan.Hop, plan.Overlap));
        }
    }

    private Tensor[] Streams(IReadOnlyList<(int Song, int Window)> windows)
    {
        using var gradients = no_grad();
        IReadOnlyList<ResidualVectorQuantizer> quantizers = teacher.DualTrack.Quantizers;
        return
        [
            .. quantizers.Select((quantizer, stream) => quantizer.FromCodes(tensor(
                [.. windows.SelectMany(window => Plan(window.Song).Cut(Codes(window.Song)[stream], window.Window))],
                [windows.Count, 1, Plan(windows[0].Song).Window]))),
        ];
    }

    /// <summary>Of every second song both tracks, of the others one, with the other silent.</summary>
    private int[][] Codes(int song)
    {
        int[] vocal = songs[song].Row(SongPart.Vocal).ToArray(), accompaniment = songs[song].Row(SongPart.Accompaniment).ToArray();
        if (song % 4 == 1)
            Array.Fill(accompaniment, teacher.SilentCodes.Accompaniment);
        if (song % 4 == 3)
            Array.Fill(vocal, teacher.SilentCodes.Vocal);
        return [vocal, accompaniment];
    }
}

/// <summary>Windows with the teacher's latents.</summary>
/// <param name="Streams">Vectors of the codes, one <c>[batch, frames, D]</c> a stream.</param>
/// <param name="Noise">Where the flow starts, <c>[batch, frames, Z]</c>.</param>
/// <param name="Latents">Where the teacher ends, normalized, <c>[batch, frames, Z]</c>.</param>
/// <param name="Context">Frames that are given.</param>
internal sealed record TeacherBatch(Tensor[] Streams, Tensor Noise, Tensor Latents, long Context);
