using System.Buffers.Binary;
using LeVo.Core.Audio;

namespace LeVo.Core.Tests.Audio;

public sealed class WavStreamWriterTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SampleFormat.Pcm16, false)]
    [InlineData(SampleFormat.Pcm24, true)]
    [InlineData(SampleFormat.Float32, true)]
    public async Task ASeekableStreamHoldsTheFile(SampleFormat format, bool asynchronous)
    {
        Waveform sound = TestSound.Chord(1, 4001);
        var whole = new MemoryStream();
        WavFile.Write(whole, sound, format, Ct);
        var stream = new MemoryStream();
        stream.Write("before"u8);
        using (var writer = new WavStreamWriter(stream, 1, sound.SampleRate, format))
        {
            foreach (Waveform block in (Waveform[])[sound.Slice(0, 4000), sound.Slice(4000, 1)])
            {
                if (asynchronous)
                    await writer.AppendAsync(block, Ct);
                else
                    writer.Append(block);
            }
            if (asynchronous)
                await writer.CompleteAsync(Ct);
            else
                writer.Complete();
            Assert.Throws<ObjectDisposedException>(writer.Complete);
        }
        Assert.Equal([.. "before"u8, .. whole.ToArray()], stream.ToArray());
        Assert.Equal(stream.Length, stream.Position);
    }

    [Theory]
    [InlineData(SampleFormat.Pcm16, 40)]
    [InlineData(SampleFormat.Float32, 54)]
    public async Task AStreamThatCannotSeekDeclaresNoLength(SampleFormat format, int lengthAt)
    {
        Waveform sound = TestSound.Chord(2, 500);
        var bytes = new MemoryStream();
        using (var writer = new WavStreamWriter(new ForwardStream(bytes, synchronous: false), 2, sound.SampleRate, format))
        {
            Assert.Equal(0, bytes.Length);
            await writer.AppendAsync(sound.Slice(0, 100), Ct);
            Assert.Equal(uint.MaxValue, BinaryPrimitives.ReadUInt32LittleEndian(bytes.ToArray().AsSpan(lengthAt)));
            await writer.AppendAsync(sound.Slice(100, 400), Ct);
            await writer.CompleteAsync(Ct);
        }
        bytes.Position = 0;
        TestSound.AssertEqual(sound, AudioFile.Read(bytes));
        TestSound.AssertEqual(sound, AudioFile.Read(new ForwardStream(new(bytes.ToArray()))));
    }

    [Fact]
    public void AStreamWithoutBlocksIsAFile()
    {
        var bytes = new MemoryStream();
        using (var writer = new WavStreamWriter(bytes, 2, 8000))
            writer.Complete();
        bytes.Position = 0;
        Assert.Equal(0, WavFile.Read(bytes).Length);
        Assert.Throws<ArgumentException>(() => new WavStreamWriter(new MemoryStream([1], writable: false), 1, 8000));
    }
}

/// <summary>Not seekable, as a network's; synchronous access is refused if told so, as a web server does.</summary>
internal sealed class ForwardStream(MemoryStream inner, bool synchronous = true) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        synchronous ? inner.Read(buffer, offset, Math.Min(count, 1000)) : throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count)
    {
        if (!synchronous)
            throw new NotSupportedException();
        inner.Write(buffer, offset, count);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.WriteAsync(buffer, offset, count, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);

    public override void Flush()
    {
        if (!synchronous)
            throw new NotSupportedException();
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
