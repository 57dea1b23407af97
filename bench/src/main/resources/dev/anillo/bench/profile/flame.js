(() => {
    const svg = document.currentScript.closest('svg');
    const letterWidth = 7.25, indent = 3, lettersMin = 3, rounding = 0.02;
    const frames = [...svg.querySelectorAll('.frame')].map(group => {
        const rect = group.querySelector('rect');
        const number = name => Number(rect.getAttribute(name));
        return { group, rect, x: number('x'), y: number('y'), width: number('width'), height: number('height'),
            name: group.dataset.name, samples: Number(group.dataset.samples), full: group.querySelector('title').textContent };
    });
    if (frames.length === 0) return;
    const root = frames[0];

    function place(frame, x, width) {
        frame.rect.setAttribute('x', x);
        frame.rect.setAttribute('width', width);
        let text = frame.group.querySelector('text');
        if (!text) {
            text = document.createElementNS(svg.namespaceURI, 'text');
            text.setAttribute('y', frame.y + frame.height - 5);
            frame.group.append(text);
        }
        const letters = Math.floor((width - 2 * indent) / letterWidth);
        text.setAttribute('x', x + indent);
        text.textContent = letters < lettersMin ? ''
            : frame.name.length <= letters ? frame.name : frame.name.slice(0, letters - 1) + '…';
    }

    const covers = (outer, inner) =>
        outer.x <= inner.x + rounding && outer.x + outer.width >= inner.x + inner.width - rounding;

    function widen(chosen) {
        const scale = root.width / chosen.width;
        for (const frame of frames) {
            const calls = frame.y > chosen.y && covers(frame, chosen);
            const isCalled = frame.y <= chosen.y && covers(chosen, frame);
            frame.group.style.display = calls || isCalled ? '' : 'none';
            frame.group.classList.toggle('caller', calls);
            if (calls) place(frame, root.x, root.width);
            else if (isCalled) place(frame, root.x + (frame.x - chosen.x) * scale, frame.width * scale);
        }
    }

    function search() {
        const wanted = prompt('A part of a name (nothing ends the search):');
        if (wanted === null) return;
        const part = wanted.toLowerCase();
        const hits = frames.filter(frame => {
            const isHit = part !== '' && frame.full.split('\n')[0].toLowerCase().includes(part);
            frame.group.classList.toggle('hit', isHit);
            return isHit;
        });
        // Of a hit within a hit the samples are counted already.
        hits.sort((a, b) => a.x - b.x || b.y - a.y);
        let end = -1, samples = 0;
        for (const hit of hits) {
            if (hit.x < end - rounding) continue;
            samples += hit.samples;
            end = hit.x + hit.width;
        }
        svg.querySelector('.found').textContent = part === '' ? ''
            : `${wanted}: ${(100 * samples / root.samples).toFixed(2)} %`;
    }

    for (const frame of frames) frame.group.addEventListener('click', () => widen(frame));
    svg.querySelector('.reset').addEventListener('click', () => widen(root));
    svg.querySelector('.search').addEventListener('click', search);
    svg.classList.add('scripted');
})();
