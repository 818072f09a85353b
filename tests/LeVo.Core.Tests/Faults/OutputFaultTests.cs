using LeVo.Core.Audio;
using LeVo.Core.Generation;
using LeVo.Core.IO;
using LeVo.Core.Tests.Checkpoints;
using LeVo.Core.Tests.Generation;
using LeVo.Core.Text;
using LeVo.Core.Tokens;

namespace LeVo.Core.Tests.Faults;

/// <summary>Writing where there is no room, no right, or no more time: an error, no half file, the old file as it was.</summary>
public sealed class OutputFaultTests : IDisposable
{
    private static readonly Waveform Sound = new(
        [.. Enumerable.Range(1, 2).Select(c => Enumerable.Range(0, 20_000).Select(i => MathF.Sin(i * c * 0.01f)).ToArray())],
        8000);

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Target => folder["song.out"];

    public static TheoryData<string> Kinds => ["wav", "flac"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AFullDiskLeavesTheOldFile(string kind)
    {
        File.WriteAllText(Target, "old");
        using var whole = new MemoryStream();
        Write(kind, whole, Ct);
        for (long room = 0; room < whole.Length; room += whole.Length / 11)
        {
            IOException error = Assert.Throws<IOException>(() => AtomicFile.Write(Target,
                stream => Write(kind, new NarrowStream(stream, room), Ct)));
            Assert.Contains("No space", error.Message);
            Assert.Equal("old", File.ReadAllText(Target));
            Assert.Equal(["song.out"], folder.Names);
        }
        AtomicFile.Write(Target, stream => Write(kind, new NarrowStream(stream, whole.Length), Ct));
        Assert.Equal(whole.ToArray(), File.ReadAllBytes(Target));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void CancelledBetweenBlocksLeavesTheOldFile(string kind)
    {
        File.WriteAllText(Target, "old");
        for (int block = 1; block <= 4; block++)
        {
            using var cancellation = new CancellationTokenSource();
            Assert.ThrowsAny<OperationCanceledException>(() => AtomicFile.Write(Target, stream => Write(kind,
                new NarrowStream(stream, long.MaxValue) { At = 1000 * block, Act = cancellation.Cancel },
                cancellation.Token)));
            Assert.Equal("old", File.ReadAllText(Target));
            Assert.Equal(["song.out"], folder.Names);
        }
    }

    [Fact]
    public async Task AStoppedSaveLeavesNoFile()
    {
        using LeVoModel model = ScriptedEngine.Model(new());
        Song song = await new SongGenerator(model.CreateTokenGenerator(), new ToneCodec()).GenerateAsync(
            new() { Lyrics = Lyrics.Parse("[verse] oh"), Duration = TimeSpan.FromSeconds(1) }, null,
            Ct);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => song.SaveAsync(folder["song.wav"], new CancellationToken(true)));
        Assert.Empty(folder.Names);
    }

    public static TheoryData<string> BadPlaces => OperatingSystem.IsLinux()
        ? ["file/song", "absent/song", "/proc/song", "/sys/song", "/dev/null/song"]
        : ["file/song", "absent/song"];

    [Theory]
    [MemberData(nameof(BadPlaces))]
    public async Task PlacesThatCannotBeWrittenAreNamed(string place)
    {
        File.WriteAllText(folder["file"], "");
        string path = Path.Combine(folder.Path, place);
        Action[] writes =
        [
            () => WavFile.Write(path + ".wav", Sound), () => FlacFile.Write(path + ".flac", Sound),
            () => new WavStreamWriter(path, 2, 8000).Dispose(),
            // Checkpoints make their folder where they can.
            .. place == "absent/song" ? [] : (Action[])[() => SongTokens.FromRows([1], [2], [3]).Save(path)],
        ];
        foreach (Action write in writes)
            Check(Record.Exception(write));
        Check(await Record.ExceptionAsync(
            () => AudioFile.WriteAsync(path + ".wav", Sound, cancellationToken: Ct)));
        Assert.Equal(["file"], folder.Names);

        void Check(Exception? error)
        {
            Assert.True(error is IOException or UnauthorizedAccessException, $"{error}");
            Assert.Contains(Path.GetDirectoryName(path)!, error.Message);
            Assert.DoesNotContain(".tmp", error.Message); // a name that nobody gave
        }
    }

    [Fact]
    public void AStreamedFileThatEndsEarlyIsNotThere()
    {
        using (var writer = new WavStreamWriter(folder["song.wav"], 2, 8000))
        {
            writer.Append(Sound);
            Assert.DoesNotContain("song.wav", folder.Names);
        }
        Assert.Empty(folder.Names);
    }

    public void Dispose() => folder.Dispose();

    private static void Write(string kind, Stream stream, CancellationToken cancellation)
    {
        if (kind == "wav")
            WavFile.Write(stream, Sound, SampleFormat.Pcm16, cancellation);
        else
            FlacFile.Write(stream, Sound, SampleFormat.Pcm16, null, cancellation);
    }

    /// <summary>A stream on a disk with little room, which may act on the way.</summary>
    private sealed class NarrowStream(Stream inner, long room) : Stream
    {
        public long At { get; init; } = long.MaxValue;

        public Action? Act { get; init; }

        public override bool CanRead => false;

        public override bool CanSeek => true;

        public override bool CanWrite => true;

        public override long Length => inner.Length;

        public override long Position
        {
            get => inner.Position;
            set => inner.Position = value;
        }

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

        public override void SetLength(long value) => inner.SetLength(value);

        public override void Write(byte[] buffer, int offset, int count)
        {
            if (Position + count > room)
                throw new IOException("No space left on device");
            inner.Write(buffer, offset, count);
            if (Position >= At)
                Act?.Invoke();
        }
    }
}
